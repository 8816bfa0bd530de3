DROP TABLE invalid_sample;
DROP TABLE quota;
DROP TABLE session_problem;
DROP TABLE session_hour_user;
DROP TABLE session_hour;
DROP TABLE feedback;
DROP TABLE attachment;
