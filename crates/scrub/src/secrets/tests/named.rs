use super::*;

/// Checks texts in which `…` stands for a secret against the kind that it is found as.
#[track_caller]
fn check(kind: &str, secret: &str, texts: &[&str]) {
    for text in texts {
        let (text, expected) = (
            text.replace('…', secret),
            text.replace('…', &format!("[secret:{kind}]")),
        );
        assert_eq!(scrubbed(&text), expected);
    }
}

#[test]
fn passwords_behind_their_names() {
    check(
        "password",
        "hunter2!",
        &[
            "password=…",
            "login failed (user=bob, password=…)",
            "DB_PASSWORD=… DB_HOST=x",
            "https://host.example/login?user=bob&password=…&next=/",
            "{\"user\": \"bob\", \"password\": \"…\"}",
            "{'password': '…', 'x': 1}",
            "{b'client_secret': b'…'}",
            r#"{\"apiKey\":\"…\"}"#,
            r#"{\\\"apiKey\\\":\\\"…\\\"}"#,
            "\"password\"=>\"…\", 'id' => 3",
            "spring.datasource.password = …",
            "X-Api-Key: …",
            "passwd: …\nnext line",
            "env[\"MYSQL_PWD\"] = \"…\"",
            "user%3Dbob%26password%3D…%26x%3D1",
            r"a\u0026password\u003d…\u0026b=1",
            "refresh_token=…&grant_type=refresh_token",
        ],
    );
}

#[test]
fn passwords_with_blanks_and_separators_of_their_own() {
    check(
        "password",
        "p w;x&y'z",
        &["password=\"…\"", "{\"password\":\"…\"}"],
    );
    check(
        "password",
        "p w&x,y=z",
        &["Server=db;User Id=sa;Password=…;Encrypt=true"],
    );
    check("password", "p;w", &["DRIVER={x};UID=sa;PWD={…};"]);
    check(
        "password",
        "p&w%$!",
        &["host=db user=bob password='…' sslmode=require"],
    );
}

#[test]
fn passwords_of_connection_strings() {
    check(
        "connection-password",
        "p!a$s%s",
        &[
            "postgres://user:…@db.example:5432/shop",
            "could not connect to mysql://root:…@127.0.0.1/shop?charset=utf8mb4, giving up",
            "redis://:…@cache:6379/0",
            "amqps://app:…@broker/vhost",
            "mongodb+srv://app:…@cluster0.example.net/?retryWrites=true",
            "smtp://mail%40host.example:…@smtp.example:587",
            "jdbc:postgresql://user:…@db/shop",
            "https://user:…@host.example/path?x=a@b",
            "url='postgres://user:…@db/shop' and redis://cache:6379",
            "jdbc:oracle:thin:scott/…@//host:1521/service",
        ],
    );
    let encoded = "could not open postgres%3A%2F%2Fuser%3Ap%21w%40host%2Fdb";
    let expected =
        "could not open postgres%3A%2F%2Fuser%3A[secret:connection-password]%40host%2Fdb";
    assert_eq!(scrubbed(encoded), expected);
}

#[test]
fn passwords_that_nobody_encoded() {
    check(
        "connection-password",
        "p@s/s?w#rd",
        &[
            "postgres://user:…@db.example:5432/shop",
            "redis://:…@cache:6379/0",
        ],
    );
    check(
        "connection-password",
        "pa/ss",
        &["https://user:…@host.example/"],
    );
}

#[test]
fn authorization_headers() {
    check(
        "authorization",
        "dXNlcjpwYXNzd29yZA==",
        &[
            "Authorization: Basic …",
            "authorization: basic …\r\nAccept: */*",
            "{'Authorization': 'Basic …', 'Accept': '*/*'}",
            "{\"headers\":{\"Proxy-Authorization\":[\"Basic …\"]}}",
            "HTTP_AUTHORIZATION=Token …",
            "curl -H 'Authorization: Bearer …' https://host.example",
            "Authorization%3A%20Bearer%20…",
        ],
    );
    check(
        "authorization",
        "username=\"bob\", realm=\"x\", response=\"6629fae49393a05397450978507c4ef1\"",
        &["Authorization: Digest …\n"],
    );
    check(
        "authorization",
        "opaque.token-0123456789abcdef~x",
        &["Authorization: Bearer …", "authorization: …"],
    );
    check(
        "authorization",
        "0123456789abcdef0123.x/y+z",
        &["got Bearer … from them", "sent Basic … to the proxy"],
    );
}

#[test]
fn cookies_of_frameworks() {
    let names = [
        "sessionid",
        "csrftoken",
        "JSESSIONID",
        "PHPSESSID",
        "connect.sid",
        "laravel_session",
        "XSRF-TOKEN",
        "ASP.NET_SessionId",
        ".AspNetCore.Identity.Application",
        ".ASPXAUTH",
        "_shop_session",
        "rack.session",
        "remember_user_token",
        "ci_session",
        "__Host-session",
        "__Secure-next-auth.session-token",
        "wordpress_logged_in_0123abcd",
        "sb-access-token",
        "PLAY_SESSION",
        "KEYCLOAK_IDENTITY",
        "_oauth2_proxy",
        "CFTOKEN",
        "session",
    ];
    for name in names {
        check(
            "session-cookie",
            "s%3Aq7hd82jKx01bc.z9-_",
            &[
                &format!("Cookie: theme=dark; {name}=…; lang=de"),
                &format!("Set-Cookie: {name}=…; Path=/; HttpOnly"),
                &format!("{{'{name}': '…'}}"),
                &format!("{name}=…"),
            ],
        );
    }
}

#[test]
fn signatures_of_urls() {
    let hex = filled("{h64}");
    check(
        "url-signature",
        &hex,
        &[
            "https://b.s3.example/k?X-Amz-Expires=60&X-Amz-Signature=…&X-Amz-SignedHeaders=host",
            "https://storage.example/b/k?X-Goog-Signature=…",
        ],
    );
    check(
        "url-signature",
        "q7hd82jKx01bc%2Fz9%2BABCDEFGHIJKLMNOP012345%3D",
        &["https://a.blob.example/c/b?sv=2024-01-01&sig=…&se=2026"],
    );
}

#[test]
fn keys_of_clouds_behind_their_names() {
    let key = filled("{b86}==");
    check(
        "azure-account-key",
        &key,
        &[
            "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=…;EndpointSuffix=x",
            "Endpoint=sb://x.example/;SharedAccessKeyName=k;SharedAccessKey=…",
        ],
    );
    let key = filled("{b20}/{b18}+");
    check(
        "aws-secret-key",
        &key,
        &["aws_secret_access_key = …", "{\"SecretAccessKey\":\"…\"}"],
    );
}

#[test]
fn addresses_of_webhooks() {
    let (team, bot, key) = (filled("T{u10}"), filled("B{u10}"), filled("{a24}"));
    check(
        "slack-webhook",
        &format!("{team}/{bot}/{key}"),
        &[
            "POST https://hooks.slack.com/services/… failed",
            "(https://hooks.slack.com/services/…)",
        ],
    );
    check(
        "discord-webhook",
        &filled("{d18}/{w68}"),
        &["https://discord.com/api/webhooks/…?wait=true"],
    );
    check(
        "zapier-webhook",
        "1234567/b2c3d4e/",
        &["https://hooks.zapier.com/hooks/catch/…"],
    );
    let encoded = format!("u=https%3A%2F%2Fhooks.slack.com%2Fservices%2F{team}%2F{bot}%2F{key}");
    let expected = "u=https%3A%2F%2Fhooks.slack.com%2Fservices%2F[secret:slack-webhook]";
    assert_eq!(scrubbed(&encoded), expected);
}

#[test]
fn private_keys() {
    let body = format!(
        "{}\n{}\n{}",
        filled("{b64}"),
        filled("{b64}"),
        filled("{b30}==")
    );
    for label in [
        "RSA PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK",
        "PRIVATE KEY",
    ] {
        check(
            "private-key",
            &body,
            &[
                &format!("-----BEGIN {label}-----\n…\n-----END {label}-----\n"),
                &format!("cannot parse -----BEGIN {label}-----\n…"),
            ],
        );
    }
    let escaped = body.replace('\n', r"\n");
    let text = format!(
        r#"{{"key": "-----BEGIN EC PRIVATE KEY-----\n{escaped}\n-----END EC PRIVATE KEY-----\n"}}"#
    );
    assert!(
        !scrubbed(&text).contains(&filled("{b20}")),
        "{}",
        scrubbed(&text)
    );
    check(
        "putty-private-key",
        &body,
        &["Private-Lines: 3\n…\nPrivate-MAC: 0123"],
    );
}

#[test]
fn cards_with_check_digit_and_range() {
    // The networks' own numbers for tests, in parts.
    let numbers = [
        ["4111", "1111", "1111", "1111"],
        ["5555", "5555", "5555", "4444"],
        ["2223", "0031", "2200", "3222"],
        ["6011", "1111", "1111", "1117"],
        ["3530", "1113", "3330", "0000"],
        ["6200", "0000", "0000", "0005"],
        ["6759", "6498", "2643", "8453"],
        ["2200", "0000", "0000", "0004"],
    ];
    for number in numbers {
        for separator in ["", " ", "-"] {
            let card = number.join(separator);
            check(
                "card-number",
                &card,
                &["card …", "(…)", "{\"n\":\"…\"}", "1 …, 2", "card=…&x=1"],
            );
        }
    }
    check(
        "card-number",
        &["3782", "822463", "10005"].join(" "),
        &["amex … declined"],
    );
    check(
        "card-number",
        &["3056", "930902", "5904"].join("-"),
        &["diners … declined"],
    );
    let wrong = ["4111", "1111", "1111", "1112"].join(" ");
    assert_eq!(scrubbed(&wrong), wrong);
}

#[test]
fn a_name_beside_a_value_decides_for_the_whole_value() {
    let named = |name: &str, value: &str| {
        let mut found = Vec::new();
        Finder::shared().find_named(name, value, &mut found);
        let mut found = found.into_iter();
        let first = found.next().map(|secret| {
            (
                value.get(secret.start..secret.end).unwrap().to_owned(),
                id(secret),
            )
        });
        assert!(found.next().is_none());
        first
    };
    let whole = |value: &str, id| Some((value.to_owned(), id));
    assert_eq!(
        named("JSESSIONID", "0A1B2C3D4E5F"),
        whole("0A1B2C3D4E5F", "session-cookie")
    );
    assert_eq!(
        named("dbPassword", "my dog; & me"),
        whole("my dog; & me", "password")
    );
    assert_eq!(
        named("Authorization", "Basic dXNlcjpw"),
        whole("dXNlcjpw", "authorization")
    );
    assert_eq!(named("theme", "dark-and-stormy-night"), None);
    assert_eq!(named("password", "[Filtered]"), None);
    let token = filled("ghp_{a36}");
    assert_eq!(named("theme", &token), whole(&token, "github-token"));
}

#[test]
fn names_that_were_changed_on_their_way() {
    // Names of headers begin with a capital, and keys of tags have no blanks.
    let token = filled("hp_{a36}");
    assert_eq!(scrubbed(&format!("G{token}")), "[secret:github-token]");
    let tag = "Cookie:-theme=dark;-sessionid=q7hd82jKx01bc";
    let expected = "Cookie:-theme=dark;-sessionid=[secret:session-cookie]";
    assert_eq!(scrubbed(tag), expected);
}
