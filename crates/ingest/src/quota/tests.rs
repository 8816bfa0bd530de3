use super::*;
use watchfire_store::quota::MONTH_SECONDS;

const ERROR: Amount = Amount::new(DataCategory::Error, 1);
const NOW: i64 = 1_790_000_000;

fn quotas(meters: &[(Scope, Categories, i64, u64)]) -> Quotas {
    let meter =
        |it: &(Scope, Categories, i64, u64)| Arc::new(Meter::new((it.0, it.1, it.2), it.3, 0, NOW));
    Quotas {
        meters: meters.iter().map(meter).collect(),
    }
}

#[test]
fn a_window_lets_in_as_many_as_its_limit_and_the_next_begins_anew() {
    let quotas = quotas(&[(Scope::Key, Categories::Errors, 60, 2)]);
    assert_eq!(quotas.take(ERROR, NOW), Ok(()));
    assert_eq!(quotas.check(ERROR, NOW), Ok(()));
    assert_eq!(quotas.take(ERROR, NOW), Ok(()));
    let denied = quotas.take(ERROR, NOW + 1).expect_err("is used up");
    assert_eq!(denied.retry_after, 39);
    assert_eq!(quotas.check(ERROR, NOW + 1), Err(denied));
    assert_eq!(quotas.take(ERROR, NOW + 60), Ok(()));
}

#[test]
fn a_limit_of_errors_is_none_of_sessions() {
    let quotas = quotas(&[(Scope::Project, Categories::Errors, 60, 0)]);
    assert!(quotas.take(ERROR, NOW).is_err());
    let security = Amount::new(DataCategory::Security, 1);
    assert!(quotas.take(security, NOW).is_err());
    for category in [
        DataCategory::Session,
        DataCategory::Monitor,
        DataCategory::Feedback,
    ] {
        assert_eq!(quotas.take(Amount::new(category, 1), NOW), Ok(()));
    }
}

#[test]
fn an_attachment_is_counted_in_bytes_or_in_pieces() {
    let file = Amount::attachment(1000);
    let bytes = quotas(&[(
        Scope::Key,
        Categories::One(DataCategory::Attachment),
        60,
        1500,
    )]);
    assert_eq!(bytes.take(file, NOW), Ok(()));
    assert!(bytes.take(file, NOW).is_err());
    assert_eq!(bytes.take(Amount::attachment(500), NOW), Ok(()));
    let everything = quotas(&[(Scope::Key, Categories::Everything, 60, 2)]);
    assert_eq!(everything.take(file, NOW), Ok(()));
    assert_eq!(everything.take(ERROR, NOW), Ok(()));
    assert!(everything.take(file, NOW).is_err());
}

#[test]
fn what_one_quota_denies_is_not_taken_out_of_another() {
    let quotas = quotas(&[
        (Scope::Key, Categories::Errors, 60, 2),
        (Scope::Instance, Categories::Errors, MONTH_SECONDS, 1),
    ]);
    assert_eq!(quotas.take(ERROR, NOW), Ok(()));
    let denied = quotas
        .take(ERROR, NOW)
        .expect_err("the server's is used up");
    assert_eq!(denied.scope, Scope::Instance);
    assert!(
        quotas
            .meters
            .first()
            .is_some_and(|key| key.is_used_up(1, NOW).is_none())
    );
}

#[test]
fn threads_share_a_meter_without_letting_in_more() {
    let quotas = quotas(&[(Scope::Key, Categories::Errors, 60, 1000)]);
    let take_many = || {
        (0..1000)
            .filter(|_| quotas.take(ERROR, NOW).is_ok())
            .count()
    };
    let taken: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(take_many)).collect();
        threads
            .into_iter()
            .map(|it| it.join().expect("counts"))
            .sum()
    });
    assert_eq!(taken, 1000);
}
