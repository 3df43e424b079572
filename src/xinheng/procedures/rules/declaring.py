"""What a declared procedure must hold to, so that no case can get stuck, skip a clock or wait for nobody."""

from collections.abc import Iterable, Iterator

from xinheng.procedures.values import Fault, Procedure, Side, Step


def faults(procedure: Procedure) -> tuple[Fault, ...]:
    """Everything that is wrong with a declaration, in its order; none where it may be used."""
    return tuple(_faults(procedure))


def _faults(procedure: Procedure) -> Iterator[Fault]:
    yield from _doubles(procedure)
    openings = [step for step in procedure.steps if not step.sources]
    if len(openings) != 1:
        yield Fault(procedure.key, f"{len(openings)} steps open a case; it must be one")
        return
    states, clocks = {state.code for state in procedure.states}, {clock.code for clock in procedure.clocks}
    for step in procedure.steps:
        yield from _of_step(procedure, step, states, clocks)
    yield from _of_states(procedure)
    yield from _of_clocks(procedure)
    if procedure.accepted_by_silence:
        silent = [step for step in procedure.steps if step.code == procedure.accepted_by_silence]
        if not silent or silent[0].by is not Side.TIME:
            yield Fault(procedure.key, "what silence accepts must be a step of time")


def _doubles(procedure: Procedure) -> Iterator[Fault]:
    for name, some in (("state", procedure.states), ("clock", procedure.clocks), ("step", procedure.steps)):
        codes = [each.code for each in some]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield Fault(procedure.key, f"{name} {code} is declared twice")


def _of_step(procedure: Procedure, step: Step, states: set[str], clocks: set[str]) -> Iterator[Fault]:
    where = f"{procedure.key} {step.code}"
    for code in sorted((step.sources | {step.target}) - states - {"" if step.sources else None}):
        yield Fault(where, f"there is no state {code}")
    touched = [*step.starts, *step.stops, *step.pauses, *step.resumes, *(clock for clock, _ in step.extends)]
    for code in touched:
        if code not in clocks:
            yield Fault(where, f"there is no clock {code}")
    if len(touched) != len(set(touched)):
        yield Fault(where, "a clock is touched twice")
    if any(state.ends for state in procedure.states if state.code in step.sources):
        yield Fault(where, "it leads out of a state that ends a case")
    if bool(step.needs) != (step.by not in (Side.APPLICANT, Side.TIME)):
        yield Fault(where, "a step of officials needs a permission, a step of the applicant or of time has none")


def _of_states(procedure: Procedure) -> Iterator[Fault]:
    reached, frontier = set(), [procedure.opening.target]
    while frontier:
        code = frontier.pop()
        if code not in reached:
            reached.add(code)
            frontier += [step.target for step in procedure.steps if code in step.sources]
    for state in procedure.states:
        where = f"{procedure.key} {state.code}"
        leaving = {step.by for step in procedure.steps if state.code in step.sources}
        if state.code not in reached:
            yield Fault(where, "no way leads there")
        if not state.ends and not leaving:
            yield Fault(where, "no way leads out, and it does not end the case")
        if state.waits - leaving:
            yield Fault(where, f"it waits for {_names(state.waits - leaving)}, who can do nothing")
        if not state.ends and not state.waits:
            yield Fault(where, "it waits for nobody")


def _of_clocks(procedure: Procedure) -> Iterator[Fault]:
    for clock in procedure.clocks:
        where = f"{procedure.key} {clock.code}"
        if not any(clock.code in step.starts for step in procedure.steps):
            yield Fault(where, "nothing starts it")
        if any(clock.code in step.pauses for step in procedure.steps) != any(
            clock.code in step.resumes for step in procedure.steps
        ):
            yield Fault(where, "what pauses it must be followed by what lets it go on")


def _names(sides: Iterable[Side]) -> str:
    return ", ".join(sorted(sides))


def allowed(procedure: Procedure, state: str, taken: Iterable[str] = ()) -> tuple[Step, ...]:
    """The steps that lead out of a state, those that may be taken once and were left out."""
    done = set(taken)
    return tuple(step for step in procedure.steps if state in step.sources and not (step.once and step.code in done))
