"""What stands in an address: for every argument of every route, a thing of the affair. A new argument must be given one."""

from collections.abc import Mapping, Sequence
from typing import Any

from authorisation.addresses import Address
from authorisation.affair import Affair
from intake.cast import firm_code
from world import World


class NoThing(LookupError):
    """An argument of a route that nobody gave a value for."""


PLAIN: Mapping[str, Any] = {
    "item": "administrative-penalty",
    "year": 2026,
    "number": 3,
    "role": "reporter",
    "size": 1,
    "key": "order-49",
    "handle": "0123456789abcdef",
    "name": "2026-11-21.1",
    "file": "manifest.json",
    "rest": "v1/nowhere",
}
"""Arguments that are about nothing of anybody."""


def things(world: World, affair: Affair, addresses: Sequence[Address], *, absent: bool = False) -> dict[str, Any]:
    """`name.argument` → value; with `absent` every number and code is one that is not there.

    Raises: NoThing for an argument without a value: whoever adds an address says here what it is about.
    """
    by_argument: Mapping[str, Any] = {
        "batch_id": affair.batch,
        "held_id": affair.held,
        "record_id": affair.withheld,
        "mark_id": affair.mark,
        "subject_id": affair.subject,
        "unit_id": world.units["market"],
        "person_id": world.actor("reporter.market").id,
        "job_id": affair.job,
        "duty_id": affair.duty,
        "token_id": affair.token,
        "alert_id": affair.alert,
        "sample_id": affair.sample,
        "sampled_id": affair.sampled,
        **dict.fromkeys(("merge_id", "contradiction_id"), 1),
        "case_id": affair.case,
        "code": affair.code,
    }
    own: Mapping[str, Any] = {
        "workbench:template.kind": "csv",
        "workbench:batch-export.kind": "xlsx",
        "workbench:held-settle.act": "release",
        "workbench:case-step.step": "accept",
        "portal:item.code": "administrative-penalty",
        "portal:list.code": "court-defaulter",
        "portal:program.name": "verify.py",
        "api:get_item.code": "administrative-penalty",
        "api:get_unit.code": world.unit_codes["market"],
        "api:get_code_list.key": "penalty_kind",
        "api:list_holder_licences.code": firm_code(999_998) if absent else affair.holder,
    }
    if absent:
        by_argument = {name: _absent(value) for name, value in by_argument.items()}
    found = {}
    for each in addresses:
        for argument in each.arguments:
            name = f"{each.name}.{argument}"
            for source, key in ((own, name), (by_argument, argument), (PLAIN, argument)):
                if key in source:
                    found[name] = source[key]
                    break
            else:
                raise NoThing(f"{each.route}: say in tests/authorisation/things.py what stands for “{argument}”")
    return found


THINGS = frozenset(
    {"batch_id", "held_id", "record_id", "mark_id", "subject_id", "code", "duty_id", "token_id", "alert_id"}
    | {"sample_id", "sampled_id", "case_id"}
)
OF_ALL = frozenset({"portal:item", "portal:list", "api:get_item", "api:get_unit"})
"""Whose code is that of an item or a unit, which everybody knows."""
OWN = {"secadmin": {"token_id"}}
"""What is a reader's own business, as an argument."""


def about_things(address: Address, login: str = "") -> bool:
    """Whether the address names a thing of somebody, and not what is the reader's own business."""
    return address.name not in OF_ALL and bool((THINGS - OWN.get(login, set())) & set(address.arguments))


def _absent(value: Any) -> Any:
    return value + 700_000 if isinstance(value, int) else firm_code(999_999)
