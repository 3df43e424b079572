"""The first day: the tree of units, the first administrators, the console's service account."""

from datetime import datetime

from xinheng.accounts import models
from xinheng.accounts.operations.hashing import encode
from xinheng.accounts.operations.passwords import check_password, store_password
from xinheng.accounts.operations.people import insert_person
from xinheng.accounts.operations.roles import ROLES, insert_grant
from xinheng.accounts.operations.units import TREE, insert_unit
from xinheng.accounts.queries.units import unit_by_code
from xinheng.accounts.rules.passwords import written_login
from xinheng.accounts.values import (
    DraftInvalid,
    Installed,
    InstallPlan,
    PersonDraft,
    PersonKind,
    PersonSeed,
    UnitDraft,
    UnitSeed,
)
from xinheng.kernel.actor import Actor
from xinheng.kernel.dates import legal_date
from xinheng.ledger.door import operation
from xinheng.storage.locks import lock


def install(*, plan: InstallPlan, actor: Actor, now: datetime) -> Installed:
    """Make the units and accounts of a plan that are not there yet; what is there stays as it is. One entry for all.

    Only an actor with `accounts.install` may, which no role carries: `kernel.actor.system("init", "accounts.install")`.
    Separation of duties and password rules hold here too. Cost: one scrypt an account with a password, a few queries a row.
    Raises: DraftInvalid, UnitUnknown, PasswordInvalid, NotAllowed.
    """
    for person in plan.people:
        _check_seed(person)
    missing = _missing_logins(plan)
    hashes = {
        written_login(person.login): encode(person.password)
        for person in plan.people
        if person.password is not None and written_login(person.login) in missing
    }
    return _install(plan=plan, hashes=hashes, actor=actor, now=now)


@operation(code="accounts.installed", needs="accounts.install")
def _install(*, plan: InstallPlan, hashes: dict[str, str], actor: Actor, now: datetime) -> Installed:
    lock(TREE)
    lock(ROLES)
    units = sum(_ensure_unit(seed, now) for seed in plan.units)
    missing = _missing_logins(plan)
    grants = people = 0
    for seed in plan.people:
        if written_login(seed.login) in missing:
            grants += _make_person(seed, hashes.get(written_login(seed.login)), now)
            people += 1
    return Installed(units=units, people=people, grants=grants)


def _ensure_unit(seed: UnitSeed, now: datetime) -> int:
    """Make a unit unless its code is there; 1 when it was made."""
    if models.Unit.objects.filter(code=seed.code).exists():
        return 0
    parent_id = unit_by_code(seed.parent_code).id if seed.parent_code else None
    draft = UnitDraft(seed.code, seed.name, seed.kind, parent_id, seed.address, seed.telephone)
    insert_unit(draft, on=legal_date(now))
    return 1


def _make_person(seed: PersonSeed, encoded: str | None, now: datetime) -> int:
    """Make an account with its roles and password; the number of roles."""
    unit = unit_by_code(seed.unit_code)
    row = insert_person(PersonDraft(seed.login, seed.name, unit.id, seed.kind), now=now)
    for role in seed.roles:
        insert_grant(row, role, granted_by=None, now=now)
    if encoded is not None:
        store_password(row, encoded, must_change=seed.must_change, now=now)
    return len(seed.roles)


def _missing_logins(plan: InstallPlan) -> set[str]:
    logins = {written_login(person.login) for person in plan.people}
    return logins - set(models.Person.objects.filter(login__in=logins).values_list("login", flat=True))


def _check_seed(person: PersonSeed) -> None:
    if person.kind is PersonKind.SERVICE and person.password is not None:
        raise DraftInvalid("accounts.service_password", f"服务账号“{person.login}”不能有口令", field="password")
    if person.password is not None:
        check_password(person.password, login=written_login(person.login))
