//! Previews never take all connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use watchfire_store::{Error, project};
use watchfire_testkit::database::for_each_database;

use crate::support::Shop;

#[test]
fn of_many_previews_few_run_at_once_and_others_read_meanwhile() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let previews = (0..12).map(|_| {
                let (database, running) = (shop.database.clone(), Arc::clone(&running));
                let most = Arc::clone(&most);
                tokio::spawn(async move {
                    let preview = database.preview(move |_| {
                        let count = running.fetch_add(1, Ordering::SeqCst) + 1;
                        most.fetch_max(count, Ordering::SeqCst);
                        std::thread::sleep(Duration::from_millis(20));
                        running.fetch_sub(1, Ordering::SeqCst);
                        Ok(())
                    });
                    preview.await
                })
            });
            let previews: Vec<_> = previews.collect();
            let id = shop.project;
            let read = shop.database.read(move |c| project::get(c, id)).await;
            assert!(read.unwrap().is_some());
            for preview in previews {
                // On a busy machine the last ones may be put off.
                let done = preview.await.unwrap();
                assert!(matches!(done, Ok(()) | Err(Error::Busy)), "{done:?}");
            }
        });
        let most = most.load(Ordering::SeqCst);
        assert!(
            (1..=2).contains(&most),
            "{most} at once of four connections"
        );
    });
}

#[test]
fn past_the_limit_a_preview_is_refused_and_its_place_comes_back() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let mut held = Vec::new();
            let refused = loop {
                match shop.database.preview_permit().await {
                    Ok(permit) => held.push(permit),
                    Err(error) => break error,
                }
            };
            assert!(matches!(refused, Error::Busy), "{refused:?}");
            assert!(!held.is_empty());
            held.pop();
            assert!(shop.database.preview(|_| Ok(())).await.is_ok());
        });
    });
}
