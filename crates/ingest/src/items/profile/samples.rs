//! The sample format: frames, stacks that point at frames, and samples that point at stacks.

use super::super::flaw::Flaw;
use super::super::raw::{Elements, Raw};
use super::invalid_json;

/// How many frames, stacks or samples a profile may have; 100 samples a second for a minute on 16
/// threads are 96,000.
const ENTRIES_MAX: u64 = 1_000_000;

/// The lists of a profile.
pub(in super::super) struct Samples<'a> {
    frames: Elements<'a>,
    stacks: Elements<'a>,
    samples: Elements<'a>,
}

/// How the samples of a format tell their time.
pub(in super::super) struct Times {
    /// The field of a sample that holds it.
    pub(in super::super) field: &'static str,
    /// How much of its unit makes a second.
    pub(in super::super) per_second: f64,
    /// How long a profile may last.
    pub(in super::super) seconds_max: f64,
    /// What is wrong with one that lasts longer.
    pub(in super::super) too_long: &'static str,
}

impl<'a> Samples<'a> {
    /// The lists of a `profile`.
    ///
    /// # Errors
    /// A [`Flaw`] when one of them is missing.
    pub(in super::super) fn of(profile: Option<Raw<'a>>) -> Result<Self, Flaw> {
        let profile = profile.ok_or(invalid_json("lacks profile"))?;
        let lists = profile.pick(["frames", "stacks", "samples"])?;
        let [frames, stacks, samples] = lists.map(|list| list.and_then(Raw::elements));
        Ok(Self {
            frames: frames.ok_or(invalid_json("lacks profile.frames"))?,
            stacks: stacks.ok_or(invalid_json("lacks profile.stacks"))?,
            samples: samples.ok_or(invalid_json("lacks profile.samples"))?,
        })
    }

    /// Whether everything points at something, and the samples cover a time that is allowed.
    ///
    /// # Errors
    /// A [`Flaw`] for the first thing that is wrong.
    pub(in super::super) fn check(&self, times: &Times) -> Result<(), Flaw> {
        let frames = count(&self.frames)?;
        let stacks = count(&self.stacks)?;
        let samples = count(&self.samples)?;
        if [frames, stacks, samples].iter().any(|it| *it > ENTRIES_MAX) {
            let reason = "profiling_exceed_size_limit";
            return Err(Flaw::new(reason, "has a list of more than 1000000 entries"));
        }
        if samples < 2 {
            let reason = "profiling_not_enough_samples";
            return Err(Flaw::new(reason, "has fewer than two samples"));
        }
        for (stack, number) in self.stacks.clone().zip(1..) {
            check_stack(stack?, frames)
                .map_err(|problem| malformed("stacks", "stack", number, stacks, problem))?;
        }
        let (mut first, mut last) = (f64::INFINITY, f64::NEG_INFINITY);
        for (sample, number) in self.samples.clone().zip(1..) {
            let time = check_sample(sample?, stacks, times.field)
                .map_err(|problem| malformed("samples", "sample", number, samples, problem))?;
            first = first.min(time);
            last = last.max(time);
        }
        let duration = (last - first) / times.per_second;
        if duration > times.seconds_max {
            Err(Flaw::new("profiling_duration_is_too_long", times.too_long))
        } else if duration <= 0.0 {
            let reason = "profiling_duration_is_zero";
            Err(Flaw::new(reason, "has all its samples at the same time"))
        } else {
            Ok(())
        }
    }
}

/// A stack is a list of the indexes of its frames.
fn check_stack(stack: Raw<'_>, frames: u64) -> Result<(), &'static str> {
    for frame in stack.elements().ok_or("is not a list")? {
        let frame = frame.ok().and_then(Raw::whole_number);
        if frame.is_none_or(|frame| frame >= frames) {
            return Err("points at a frame that is not there");
        }
    }
    Ok(())
}

/// The time of a sample that points at a stack and names its thread.
fn check_sample(sample: Raw<'_>, stacks: u64, time: &str) -> Result<f64, &'static str> {
    let picked = sample.pick(["stack_id", "thread_id", time]);
    let [stack, thread, time] = picked.unwrap_or_default();
    let stack = stack.and_then(Raw::whole_number).ok_or("lacks stack_id")?;
    if stack >= stacks {
        return Err("points at a stack that is not there");
    }
    let is_thread = |thread: Raw<'_>| thread.text().is_some() || thread.number().is_some();
    if !thread.is_some_and(is_thread) {
        return Err("lacks thread_id");
    }
    let time = time.and_then(|time| {
        let written = || time.text()?.parse().ok().filter(|it: &f64| it.is_finite());
        time.number().or_else(written)
    });
    time.ok_or("lacks its time")
}

fn count(list: &Elements<'_>) -> Result<u64, Flaw> {
    let mut count = 0;
    for entry in list.clone() {
        entry.map_err(|broken| invalid_json(broken.words()))?;
        count += 1;
    }
    Ok(count)
}

fn malformed(list: &str, entry: &str, number: u64, total: u64, problem: &str) -> Flaw {
    let reason = if list == "stacks" {
        "profiling_malformed_stacks"
    } else {
        "profiling_malformed_samples"
    };
    Flaw {
        reason,
        words: format!("has bad {list}: {entry} {number} of {total} {problem}").into(),
    }
}
