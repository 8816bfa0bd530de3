//! What a process has used, read from `/proc`.

use std::time::Duration;

use anyhow::Context;

/// Linux shows CPU time in hundredths of a second to every program, whatever the kernel's own tick is.
const TICK: Duration = Duration::from_millis(10);

/// One reading of one process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// CPU time of all its threads, ended ones too, in user and kernel mode.
    pub(crate) cpu: Duration,
    /// Memory resident now, in KiB.
    pub(crate) resident_kib: u64,
    /// Most memory that was ever resident, in KiB.
    pub(crate) peak_kib: u64,
}

/// Reads a process's usage; fails with a sentence when it is not there.
pub(crate) fn usage(pid: u32) -> anyhow::Result<Usage> {
    let read = |file: &str| {
        std::fs::read_to_string(format!("/proc/{pid}/{file}"))
            .with_context(|| format!("cannot read the usage of process {pid}; is it running?"))
    };
    let (stat, status) = (read("stat")?, read("status")?);
    Ok(Usage {
        cpu: cpu(&stat).with_context(|| format!("/proc/{pid}/stat has no CPU time"))?,
        resident_kib: kib(&status, "VmRSS:"),
        peak_kib: kib(&status, "VmHWM:"),
    })
}

/// Fields 14 and 15; the name in field 2 may hold spaces, so counting starts after its closing bracket.
fn cpu(stat: &str) -> Option<Duration> {
    let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(TICK * user.saturating_add(system))
}

fn kib(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_read_past_a_name_with_spaces() {
        let stat = "12 (a (b) c) S 1 1 1 0 -1 4194560 9 0 0 0 150 50 0 0 20 0 9";
        assert_eq!(cpu(stat), Some(Duration::from_secs(2)));
    }

    #[test]
    fn this_process_uses_memory() {
        let usage = usage(std::process::id()).unwrap();
        assert!(usage.resident_kib > 0 && usage.peak_kib >= usage.resident_kib);
    }
}
