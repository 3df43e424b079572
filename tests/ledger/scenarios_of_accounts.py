"""How each operation of accounts is performed and what it refuses."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from ledger.acting import NOBODY, ON, Scenario, account, act, made_before, person, unit
from world import PASSWORD, World, business_code
from xinheng.accounts import door as accounts
from xinheng.accounts import values as people
from xinheng.accounts.operations.entering import admit
from xinheng.accounts.operations.exporting import _enter
from xinheng.accounts.operations.factor import _end_own
from xinheng.accounts.operations.passwords import _change_own
from xinheng.accounts.operations.watching import raise_alert
from xinheng.accounts.rules.factor import code_at, step_of
from xinheng.accounts.rules.watching import AlertKind, Finding, TrailExported
from xinheng.console.duties import WATCH
from xinheng.ledger.door import checkpoint, sequence

NEW_PASSWORD = "Copper-Meadow-58"


def branch(world: World, made: Any = None) -> people.UnitDraft:
    return people.UnitDraft(business_code(7, "11"), "示例区东街所", people.UnitKind.DEPARTMENT, world.units["market"])


def renamed_unit(world: World, made: Any, name: str = "示例区税务局（新址）") -> people.UnitChange:
    before = accounts.unit(world.units["tax"])
    return people.UnitChange(name, before.parent_id, "示例路9号", "0999-5550199")


def newcomer(login: str) -> Callable[[World, Any], people.PersonDraft]:
    return lambda world, made: people.PersonDraft(login, "新人壬", world.units["tax"])


def plan(code: str) -> people.InstallPlan:
    seed = people.UnitSeed(code, "示例区档案局", people.UnitKind.DEPARTMENT)
    archivist = people.PersonSeed("archivist", "档案员癸", code, (people.Role.REPORTER,), PASSWORD)
    return people.InstallPlan((seed,), (archivist,))


def wrong_password(world: World, made: Any = None) -> None:
    with contextlib.suppress(people.SignInRefused):
        accounts.sign_in(login="reporter.tax", password="Wrong-Wrong-11", now=world.now)


def look(personal: bool) -> Callable[[World, Any], people.QueryDraft]:
    return lambda world, made: people.QueryDraft(
        kind=people.QueryKind.VIEW, subject_id=world.subjects["云禾"], personal=personal, scope="信用档案"
    )


def service_account(world: World) -> int:
    """The market bureau's service account: opened by the one administrator, given its role by the other."""
    draft = people.PersonDraft("system.market", "执法系统", world.units["market"], people.PersonKind.SERVICE)
    opened = accounts.open_person(person=draft, actor=world.actor("sysadmin"), now=world.now).person_id
    role = people.Role.UNIT_SERVICE
    accounts.grant_role(person_id=opened, role=role, actor=world.actor("secadmin"), now=world.now)
    return opened


def token_for(person_id: int, now: datetime, *scopes: str) -> accounts.TokenDraft:
    wanted = scopes or tuple(accounts.scope_words())
    return accounts.TokenDraft(person_id, "处罚信息上报", wanted, now + timedelta(days=90))


def token_issued(world: World) -> int:
    draft = token_for(service_account(world), world.now)
    return accounts.issue_token(token=draft, actor=world.actor("secadmin"), now=world.now).token_id


def shown_code(world: World, login: str) -> tuple[bytes, str]:
    """A proposed key of a person, sealed, and the code it shows now."""
    actor = world.actor(login)
    sealed = accounts.propose_key(actor=actor)
    return sealed, code_at(accounts.open_key(sealed, actor=actor), step_of(world.now))


def enrolled(world: World, login: str = "reporter.tax") -> people.SignedIn | None:
    sealed, code = shown_code(world, login)
    accounts.enrol(sealed=sealed, password=PASSWORD, code=code, actor=world.actor(login), now=world.now)
    return None


def enrol(world: World, made: Any) -> None:
    enrolled(world)


def raised(world: World) -> int:
    """An alert about the operator."""
    look = accounts.register_query(query=look_of(world), purposes={}, actor=world.actor("operator"), now=world.now)
    finding = Finding(AlertKind.DAY, "day/2026-11-21", ON, 201, 200, (look.query_id,))
    operator = person(world, "operator")
    return raise_alert(person_id=operator, finding=finding, actor=WATCH, now=world.now).alert_id


def look_of(world: World) -> people.QueryDraft:
    return look(personal=False)(world, None)


def looked_last_month(world: World) -> date:
    """A look-up of October by the operator, and a checkpoint signed after it."""
    actor = world.actor("operator")
    at = world.now - timedelta(days=30)
    accounts.register_query(query=look_of(world), purposes={}, actor=actor, now=at)
    sequence()
    checkpoint(now=world.now)
    return LAST_MONTH


def sampled(world: World) -> int:
    looked_last_month(world)
    made = accounts.draw_sample(month=LAST_MONTH, actor=WATCH, now=world.now)
    (only,) = accounts.sampled_looks(made.sample_id, world.actor("auditor"))
    return only.id


LAST_MONTH = date(2026, 10, 1)
ANY = Finding(AlertKind.DAY, "day/2026-11-21", ON, 201, 200, ())
EXPORTED = TrailExported("csv", {}, 1, "0" * 64, 0, "")
FACTOR = ("accounts_factor", "accounts_factor_use", "accounts_recovery_code")

OF_ACCOUNTS = {
    "accounts.installed": Scenario(
        "init",
        (
            "accounts_old_password",
            "accounts_person",
            "accounts_role_grant",
            "accounts_sign_in_guard",
            "accounts_unit",
        ),
        act(accounts.install, "init", plan=plan(business_code(6, "11"))),
        act(accounts.install, "init", plan=plan("11")),
    ),
    "accounts.unit_opened": Scenario(
        "sysadmin",
        ("accounts_unit",),
        act(accounts.open_unit, "sysadmin", unit=branch),
        act(accounts.open_unit, "sysadmin", unit=lambda w, made: replace(branch(w), code=w.unit_codes["tax"])),
    ),
    "accounts.unit_changed": Scenario(
        "sysadmin",
        ("accounts_unit",),
        act(accounts.change_unit, "sysadmin", unit_id=unit("tax"), change=renamed_unit),
        act(accounts.change_unit, "sysadmin", unit_id=unit("tax"), change=lambda w, made: renamed_unit(w, made, " ")),
    ),
    "accounts.unit_closed": Scenario(
        "sysadmin",
        ("accounts_unit",),
        act(accounts.close_unit, "sysadmin", unit_id=made_before, last_day=ON),
        act(accounts.close_unit, "sysadmin", unit_id=unit("tax"), last_day=ON),
        lambda w: accounts.open_unit(unit=branch(w), actor=w.actor("sysadmin"), now=w.now).unit_id,
    ),
    "accounts.person_opened": Scenario(
        "sysadmin",
        ("accounts_person", "accounts_sign_in_guard"),
        act(accounts.open_person, "sysadmin", person=newcomer("newcomer")),
        act(accounts.open_person, "sysadmin", person=newcomer("reporter.tax")),
    ),
    "accounts.person_changed": Scenario(
        "sysadmin",
        ("accounts_person",),
        act(
            accounts.change_person,
            "sysadmin",
            person_id=account("reporter.tax"),
            name="填报员乙乙",
            unit_id=unit("tax"),
        ),
        act(accounts.change_person, "sysadmin", person_id=account("reporter.tax"), name=" ", unit_id=unit("tax")),
    ),
    "accounts.person_closed": Scenario(
        "sysadmin",
        ("accounts_person", "accounts_role_grant"),
        act(accounts.close_person, "sysadmin", person_id=account("reporter.tax")),
        act(accounts.close_person, "sysadmin", person_id=account("sysadmin")),
    ),
    "accounts.role_granted": Scenario(
        "secadmin",
        ("accounts_role_grant",),
        act(accounts.grant_role, "secadmin", person_id=account("reporter.tax"), role=people.Role.INSPECTOR),
        act(accounts.grant_role, "secadmin", person_id=account("secadmin"), role=people.Role.AUDITOR),
    ),
    "accounts.role_ended": Scenario(
        "secadmin",
        ("accounts_role_grant",),
        act(accounts.end_role, "secadmin", person_id=account("reporter.tax"), role=people.Role.REPORTER),
        act(accounts.end_role, "secadmin", person_id=account("reporter.tax"), role=people.Role.AUDITOR),
    ),
    "accounts.password_set": Scenario(
        "secadmin",
        ("accounts_old_password", "accounts_person"),
        act(accounts.set_password, "secadmin", person_id=account("reporter.tax"), password=NEW_PASSWORD),
        act(accounts.set_password, "secadmin", person_id=account("secadmin"), password=NEW_PASSWORD),
    ),
    "accounts.own_password_changed": Scenario(
        "reporter.tax",
        ("accounts_old_password", "accounts_person"),
        act(accounts.change_own_password, "reporter.tax", old=PASSWORD, new=NEW_PASSWORD),
        act(_change_own, "reporter.tax", proven="replaced meanwhile", encoded="x"),
    ),
    "accounts.signed_in": Scenario(
        "reporter.tax",
        (),
        lambda w, made: accounts.sign_in(login="reporter.tax", password=PASSWORD, now=w.now),
        act(admit, "reporter.tax", person_id=account("reporter.tax"), proven="replaced meanwhile", fresh="x"),
    ),
    "accounts.sign_in_refused": Scenario("public", ("accounts_sign_in_guard",), wrong_password),
    "accounts.signed_out": Scenario(
        "reporter.tax", (), act(accounts.sign_out, "reporter.tax"), act(accounts.sign_out, "public")
    ),
    "accounts.unlocked": Scenario(
        "secadmin",
        ("accounts_sign_in_guard",),
        act(accounts.unlock, "secadmin", person_id=account("reporter.tax")),
        act(accounts.unlock, "secadmin", person_id=NOBODY),
        wrong_password,
    ),
    "accounts.token_issued": Scenario(
        "secadmin",
        ("accounts_service_token", "accounts_token_use"),
        act(accounts.issue_token, "secadmin", token=lambda w, made: token_for(made, w.now)),
        act(accounts.issue_token, "secadmin", token=lambda w, made: token_for(w.actor("reporter.tax").id or 0, w.now)),
        service_account,
    ),
    "accounts.token_revoked": Scenario(
        "secadmin",
        ("accounts_service_token",),
        act(accounts.revoke_token, "secadmin", token_id=made_before),
        act(accounts.revoke_token, "secadmin", token_id=NOBODY),
        token_issued,
    ),
    "accounts.factor_enrolled": Scenario(
        "reporter.tax",
        FACTOR,
        enrol,
        lambda w, made: accounts.enrol(
            sealed=b"x", password=PASSWORD, code="000000", actor=w.actor("reporter.tax"), now=w.now
        ),
    ),
    "accounts.factor_ended": Scenario(
        "reporter.tax",
        FACTOR,
        act(_end_own, "reporter.tax"),
        act(_end_own, "reporter.market"),
        enrolled,
    ),
    "accounts.factor_reset": Scenario(
        "secadmin",
        FACTOR,
        act(accounts.reset_factor, "secadmin", person_id=account("reporter.tax"), reason="手机遗失，已当面核实"),
        act(accounts.reset_factor, "secadmin", person_id=account("reporter.tax"), reason=" "),
        enrolled,
    ),
    "accounts.factor_policy_set": Scenario(
        "secadmin",
        ("accounts_factor_policy",),
        act(
            accounts.set_factor_policy,
            "secadmin",
            role=people.Role.SYSTEM_ADMIN,
            required=True,
            from_on=ON,
            reason="等保三级要求",
        ),
        act(
            accounts.set_factor_policy,
            "secadmin",
            role=people.Role.SYSTEM_ADMIN,
            required=True,
            from_on=ON - timedelta(days=1),
            reason="等保三级要求",
        ),
    ),
    "accounts.own_session_ended": Scenario(
        "reporter.tax",
        (),
        lambda w, made: accounts.end_own_session(
            began_at=w.now, browser="Firefox", actor=w.actor("reporter.tax"), now=w.now
        ),
    ),
    "accounts.session_ended": Scenario(
        "secadmin",
        (),
        act(
            accounts.end_session,
            "secadmin",
            person_id=account("reporter.tax"),
            began_at=lambda w, made: w.now,
            browser="Firefox",
            reason="电脑失窃",
        ),
        act(
            accounts.end_session,
            "secadmin",
            person_id=account("secadmin"),
            began_at=lambda w, made: w.now,
            browser="Firefox",
            reason="电脑失窃",
        ),
    ),
    "accounts.alert_raised": Scenario(
        "watch",
        ("accounts_alert",),
        act(raise_alert, "watch", person_id=account("operator"), finding=ANY),
    ),
    "accounts.alert_settled": Scenario(
        "auditor",
        ("accounts_alert",),
        act(
            accounts.settle_alert,
            "auditor",
            alert_id=made_before,
            verdict=accounts.AlertVerdict.EXPLAINED,
            reason="核对了当日办件",
        ),
        act(
            accounts.settle_alert,
            "auditor",
            alert_id=made_before,
            verdict=accounts.AlertVerdict.EXPLAINED,
            reason=" ",
        ),
        raised,
    ),
    "accounts.watch_set": Scenario(
        "auditor",
        ("accounts_watch_setting",),
        act(accounts.set_watch, "auditor", watch=accounts.Watch(day_most=100), reason="第三季度核查要求"),
        act(accounts.set_watch, "auditor", watch=accounts.Watch(day_most=0), reason="第三季度核查要求"),
    ),
    "accounts.sample_drawn": Scenario(
        "watch",
        ("accounts_sample", "accounts_sampled_query"),
        act(accounts.draw_sample, "watch", month=made_before),
        act(accounts.draw_sample, "watch", month=date(2026, 11, 1)),
        looked_last_month,
    ),
    "accounts.look_reviewed": Scenario(
        "auditor",
        ("accounts_sampled_query",),
        act(
            accounts.review_look,
            "auditor",
            sampled_id=made_before,
            verdict=accounts.LookVerdict.FITS,
            reason="与案号相符",
        ),
        act(accounts.review_look, "auditor", sampled_id=NOBODY, verdict=accounts.LookVerdict.FITS, reason="与案号相符"),
        sampled,
    ),
    "accounts.trail_exported": Scenario("auditor", (), act(_enter, "auditor", made=EXPORTED)),
    "accounts.query_registered": Scenario(
        "operator",
        ("accounts_query",),
        act(accounts.register_query, "operator", query=look(personal=False), purposes={}),
        act(accounts.register_query, "operator", query=look(personal=True), purposes={"依法履职": False}),
    ),
}
