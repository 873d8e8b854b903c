"""Judging: facts and a day in, an `Assessment` out. Pure; the day is passed in."""

import hashlib
import json
from datetime import date

from intake.assessment.days import Clock
from intake.assessment.facts import Facts
from intake.assessment.model import (
    ELIGIBILITY,
    URGENCY,
    Assessment,
    Context,
    Effect,
    Finding,
    Level,
    Outcome,
    Policy,
    Reason,
    Rule,
    RuleSet,
)

EVERYWHERE = Policy()


def assess(ruleset: RuleSet, facts: Facts, today: date, policy: Policy = EVERYWHERE) -> Assessment:
    """Judge `facts` on `today` (a local date). Deterministic; raises nothing for any facts.

    Works on partial answers: a rule whose question was not answered does not fire.
    Outcome: REFER if a REFER reason stands after every OVERRIDE, else REVIEW if a REVIEW or OVERRIDE
    fired, else LIKELY. Level: the most urgent that fired.
    """
    return _judge(ruleset, facts, Clock(today), policy)


def next_change(ruleset: RuleSet, facts: Facts, today: date, policy: Policy = EVERYWHERE) -> date | None:
    """The first day after `today` on which the assessment differs, if nothing but time passes; None = never.

    Every comparison of a rule with today goes through the clock, which notes the nearest day that would
    change an answer. No assessment can change before that day, so it is enough to judge those days in turn.
    """
    clock = Clock(today)
    now = _judge(ruleset, facts, clock, policy)
    while clock.turn is not None:
        day = clock.turn
        clock = Clock(day)
        if _judge(ruleset, facts, clock, policy) != now:
            return day
    return None


def most_urgent(reason: Reason) -> tuple[int, date]:
    """A key to sort reasons by: the highest level first, then the nearest day; what only passes or refers last."""
    return (reason.level or Level.NORMAL + 1, reason.due_on or date.max)


def digest(ruleset: RuleSet) -> str:
    """SHA-256 (hex) of everything in a rule set that makes an assessment, except the code of its predicates.

    Left out: `verified_on`, `recheck_after_days` and notes, which change with every check of a source, and
    guideline years that came after the release.
    """
    rules = [
        [
            rule.code,
            rule.family,
            rule.effect,
            rule.cites,
            rule.inputs,
            sorted(rule.texts.items()),
            rule.finds.__qualname__,
            rule.lifted_by,
        ]
        for rule in (*ruleset.eligibility, *ruleset.urgency)
    ]
    figures = [
        [entry.key, entry.value, entry.unit, entry.cite, entry.source]
        for _, entry in sorted(ruleset.figures.entries.items())
    ]
    guidelines = [
        [guideline.year, sorted(guideline.amounts.items())]
        for guideline in ruleset.figures.guidelines
        if guideline.year <= ruleset.released_on.year
    ]
    bands = sorted(ruleset.figures.bands.items())
    data = [ruleset.version, ruleset.released_on.isoformat(), rules, figures, guidelines, bands]
    return hashlib.sha256(json.dumps(data, ensure_ascii=True).encode("ascii")).hexdigest()


def _judge(ruleset: RuleSet, facts: Facts, clock: Clock, policy: Policy) -> Assessment:
    found: list[Reason] = []
    tags: list[str] = []
    refers: list[Rule] = []
    context = Context(facts, clock, ruleset.figures, policy, found)
    for rule in (*ruleset.eligibility, *ruleset.urgency):
        finding = rule.finds(context)
        if finding is None:
            continue
        reason = _reason(rule, finding, facts, ruleset)
        found.append(reason)
        tags.extend(finding.tags)
        if reason.effect == Effect.REFER:
            refers.append(rule)
    standing = _standing(refers, found)
    effects = {reason.effect for reason in found}
    outcome = Outcome.LIKELY
    if effects & {Effect.REVIEW, Effect.OVERRIDE}:
        outcome = Outcome.REVIEW
    if standing:
        outcome = Outcome.REFER
    ahead = [reason for reason in found if reason.due_on is not None and not clock.passed(reason.due_on)]
    first = min(ahead, key=_soonest, default=None)
    eligibility = [reason for reason in found if reason.family == ELIGIBILITY]
    urgency = sorted((reason for reason in found if reason.family == URGENCY), key=most_urgent)
    return Assessment(
        outcome=outcome,
        level=min((reason.level for reason in found if reason.level is not None), default=Level.NORMAL),
        due_on=first.due_on if first else None,
        due_code=first.code if first else None,
        reasons=(*eligibility, *urgency),
        referred_by=standing,
        tags=tuple(dict.fromkeys(tags)),
        version=ruleset.version,
    )


def _standing(refers: list[Rule], found: list[Reason]) -> tuple[str, ...]:
    overrides = {reason.code for reason in found if reason.effect == Effect.OVERRIDE}
    return tuple(rule.code for rule in refers if not (overrides & set(rule.lifted_by) if rule.lifted_by else overrides))


def _soonest(reason: Reason) -> tuple[date, int]:
    return (reason.due_on or date.max, reason.level or Level.NORMAL + 1)


def _reason(rule: Rule, finding: Finding, facts: Facts, ruleset: RuleSet) -> Reason:
    sources = [ruleset.figures.entries[key] for key in rule.cites]
    checked = [source.verified_on for source in sources if source.verified_on is not None]
    return Reason(
        code=rule.code,
        family=rule.family,
        effect=str(finding.effect or rule.effect or ""),
        level=finding.level,
        due_on=finding.due,
        target_on=finding.target,
        template=rule.texts[finding.text],
        words=tuple(finding.words.items()),
        inputs=facts.inputs(rule.inputs),
        cites=tuple(dict.fromkeys(source.cite for source in sources)),
        source=sources[0].source,
        verified_on=min(checked) if len(checked) == len(sources) else None,
    )
