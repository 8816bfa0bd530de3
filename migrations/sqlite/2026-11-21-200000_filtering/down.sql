DROP TABLE dropped_head;
DROP TABLE ignore_rule_hour;
DROP TABLE ignore_rule_change;
DROP TABLE ignore_rule;
