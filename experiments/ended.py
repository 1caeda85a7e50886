"""How a command that lived days exits, and what is said of the days that were stopped."""

from collections.abc import Sequence

from experiments.exits import Exit, report_bug, say
from experiments.record import DayRecord, Ended


def exit_of(
    records: Sequence[DayRecord], came_out_otherwise: Sequence[tuple[str, int]] = ()
) -> Exit:
    """Return how a command that lived these days exits, after saying what stopped any of them.

    What stopped several days of a policy is said of the first, and the others are counted.

    Parameters
    ----------
    came_out_otherwise
        Policy and number of the days that were lived again and came out otherwise than kept: a
        fault of the policy that was contained.
    """
    stopped = [record for record in records if record.ended is not Ended.FINISHED]
    for policy, ended in dict.fromkeys((record.policy, record.ended) for record in stopped):
        alike = [one for one in stopped if (one.policy, one.ended) == (policy, ended)]
        more = f" (and {len(alike) - 1:,} more of its days)" if len(alike) > 1 else ""
        if ended is Ended.BUG:
            report_bug(f"{policy}: {alike[0].why}{more}", alike[0].trace)
        else:
            say(f"{ended}: {alike[0].why}{more}")
    ended_so = {record.ended for record in records}
    if Ended.BUG in ended_so:
        return Exit.BUG
    if Ended.MACHINE in ended_so:
        return Exit.MACHINE
    by_policy = {record.policy for record in stopped}
    if by_policy - {record.policy for record in records if record.ended is Ended.FINISHED}:
        return Exit.POLICY_STOPPED
    faults = sum(record.value("policy_faults") or 0 for record in records)
    if faults:
        say(f"{faults:.0f} answers were refused or never came; the plan before was kept each time")
    return Exit.FAULTS_KEPT if stopped or faults or came_out_otherwise else Exit.OK
