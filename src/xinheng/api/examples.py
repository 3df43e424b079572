"""An example of each operation, part of the description; a test runs every one of them as it stands, with real keys in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Example:
    """Parameters by name, and the body."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None


RECORD: Final = {
    "CF_XDR_MC": "示例区云禾商贸有限公司",
    "CF_XDR_LB": "法人及非法人组织",
    "CF_XDR_SHXYM": "91990101MA0000015C",
    "CF_FRDB": "甲某某",
    "CF_WSH": "示市监罚〔2026〕81号",
    "CF_WFXW": "销售不合格商品",
    "CF_SY": "经查，当事人销售的商品不符合标准。",
    "CF_YJ": "《产品质量法》第四十九条",
    "CF_CFLB": "罚款",
    "CF_NR": "处以罚款人民币5000元。",
    "CF_NR_FK": "0.5",
    "CF_JDRQ": "2026-11-17",
    "CF_YXQ": "2099-12-31",
    "CF_CFJG": "示例区市场监督管理局",
    "CF_CFJGDM": "11990101990101037C",
    "CF_SJLY": "示例区市场监督管理局",
    "CF_SJLYDM": "11990101990101037C",
}
PENALTY: Final = "administrative-penalty"
CODE: Final = "91990101MA0000015C"
HOLDER: Final = "91990101MA00000237"

EXAMPLES: Final[Mapping[str, Example]] = {
    "who_am_i": Example(),
    "send_batch": Example(
        {"Idempotency-Key": "7d9f3a52-8f0e-4c57-9a3c-1f6f5f0f6a11"},
        {"item": PENALTY, "reason": "", "file": "（CSV 文件的内容）"},
    ),
    "list_batches": Example({"item": PENALTY, "limit": 20}),
    "get_batch": Example({"batch_id": 1}),
    "get_receipt": Example({"batch_id": 1}),
    "list_problems": Example({"batch_id": 1, "effect": "reject"}),
    "send_records": Example(
        {"Idempotency-Key": "0b8f1d0e-63a4-4a5c-8a55-6f0f6c1d2e33"},
        {"item": PENALTY, "records": [RECORD]},
    ),
    "get_record": Example({"record_id": 1}),
    "list_held": Example({"state": "held"}),
    "get_held": Example({"held_id": 1}),
    "search_subjects": Example({"q": "云禾"}),
    "get_subject_by_code": Example({"code": CODE}),
    "look_up_person": Example(
        body={"number": "990101198203150015", "purpose": "enforcement", "reference": "示市监案〔2026〕15号"}
    ),
    "get_subject": Example({"subject_id": 1}),
    "list_subject_records": Example({"subject_id": 1, "item": PENALTY}),
    "list_public_records": Example({"item": PENALTY, "limit": 20}),
    "get_public_record": Example({"record_id": 1}),
    "get_public_proof": Example({"record_id": 1, "of": "decision"}),
    "list_holder_licences": Example(
        {"code": HOLDER, "purpose": "approval", "reference": "示审批〔2026〕15号"},
    ),
    "find_licences": Example(
        {"number": "示市监许〔2026〕1号", "purpose": "enforcement", "reference": "示市监案〔2026〕15号"}
    ),
    "verify_licence": Example({"verification_code": "00000Y-4DT8QZ-0001A7"}),
    "list_expiring_licences": Example({"kind": "coming", "days": 90, "renewed": False}),
    "list_public_subject_licences": Example({"code": HOLDER}),
    "get_open_data": Example(),
    "get_open_data_file": Example({"name": "2026-11-21.1", "file": "manifest.json"}),
    "get_open_data_changes": Example({"name": "2026-11-20.1"}),
    "get_open_data_proof": Example({"name": "2026-11-21.1"}),
    "search_public": Example({"q": "云禾"}),
    "get_public_subject": Example({"code": CODE}),
    "list_public_subject_records": Example({"code": CODE}),
    "list_items": Example(),
    "get_item": Example({"code": PENALTY}),
    "list_code_lists": Example(),
    "get_code_list": Example({"key": "penalty_kind"}),
    "list_bases": Example({"limit": 10}),
    "get_basis": Example({"key": "administrative-penalty-law.publicity"}),
    "list_purposes": Example(),
    "list_units": Example(),
    "get_unit": Example({"code": "11990101990101037C"}),
    "get_deadline": Example({"date": "2026-09-30", "days": 7}),
    "get_ledger": Example(),
    "get_checkpoint": Example({"size": 1}),
}
