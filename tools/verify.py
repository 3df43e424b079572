#!/usr/bin/env python3
"""Check a proof of the Xinheng ledger without Xinheng.

    python verify.py PROOF.json CHECKPOINT --key KEYFILE

PROOF.json   a proof as exported by `xinheng ledger prove`
CHECKPOINT   a checkpoint of this ledger that you kept earlier, from wherever you kept it
KEYFILE      the ledger's Ed25519 public key: 64 hexadecimal characters

Says what was proved. Exit status: 0 proved, 1 not proved, 2 wrong use or unreadable input.
This program shares no code with the platform and needs only Python's standard library (3.8 or later).

What is checked: both checkpoints are signed with the key; the tree of the newer one grew from the tree of the earlier one
(RFC 9162, 2.1.4); the entry is in the newer tree at the place its number says (RFC 9162, 2.1.3); the entry's header, row and salt
give the entry's hash; the row's fields, where the proof carries them, give the row's digest. The hash binds a row's values in
their order, not what they are called: the names printed are those this program knows for the table, never those of the proof.
"""

import argparse
import base64
import hashlib
import json
import sys

# --- Ed25519, verification only (RFC 8032, 5.1.7) ---------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    """The x coordinate of a point from y and the sign bit; None when there is none."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_M1 % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def add(a, b):
    """Add two points in extended coordinates."""
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    """Scalar times point."""
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def decode_point(data):
    """A point from 32 bytes; None when it is none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def same_point(a, b):
    """Whether two points are one."""
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signature_holds(key, message, signature):
    """Whether `signature` (64 bytes) over `message` was made with the secret of `key` (32 bytes)."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r = decode_point(key), decode_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return same_point(multiply(s, BASE), add(r, multiply(h, a)))


# --- The tree (RFC 6962, RFC 9162) ------------------------------------------------------------------------------


def node(left, right):
    """SHA-256(0x01, left, right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(index, size, leaf, path, root):
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node(p, r)
            if not fn & 1:
                while fn and not fn & 1:
                    fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def grew(first, second, first_root, second_root, path):
    """RFC 9162, 2.1.4.2; a tree of nothing is a prefix of every tree."""
    if first == 0:
        return first_root == hashlib.sha256().digest() and not path
    if first > second:
        return False
    if first == second:
        return not path and first_root == second_root
    path = list(path)
    if not path:
        return False
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            if not fn & 1:
                while fn and not fn & 1:
                    fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root


# --- The platform's forms ---------------------------------------------------------------------------------------


class Unreadable(Exception):
    """The input is not what it should be."""


def prefixed(fields):
    """`-` for an absent field, else `<bytes>:<utf-8>`, joined."""
    parts = []
    for field in fields:
        if field is None:
            parts.append(b"-")
        else:
            data = str(field).encode()
            parts.append(str(len(data)).encode() + b":" + data)
    return b"".join(parts)


def unhex(text, length):
    """Bytes of exactly this length. A salt of another length could swallow the beginning of what it is hashed with."""
    if not isinstance(text, str) or len(text) != 2 * length:
        raise Unreadable(f"{length} bytes in hexadecimal were expected, not {str(text)[:80]}")
    return bytes.fromhex(text)


def whole(value):
    """A whole number, neither a truth value nor a fraction that counts as equal."""
    if type(value) is not int:
        raise Unreadable(f"a whole number was expected, not {value!r}")
    return value


def plain(text):
    """A text in one line: no control sign can fake a line of this program's output."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in str(text))


def once(pairs):
    """An object of JSON in which no name stands twice: readers would disagree about which counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("a name stands twice in one object of the proof")
    return found


def read_checkpoint(text):
    """(origin, size, root, signed body, signature)."""
    body, separator, last = text.rpartition("\n\n")
    lines = body.split("\n")
    if not separator or lines[0] != "xinheng-checkpoint/1" or not last.startswith("sig ed25519 "):
        raise Unreadable("not a checkpoint of a Xinheng ledger")
    found = dict(line.partition(" ")[::2] for line in lines[1:])
    try:
        signature = base64.b64decode(last[len("sig ed25519 ") :].strip(), validate=True)
        return found["origin"], int(found["size"]), bytes.fromhex(found["root"]), (body + "\n\n").encode(), signature
    except (KeyError, ValueError) as problem:
        raise Unreadable(f"a checkpoint cannot be read: {problem}") from None


def entry_hash(proof):
    """The tree hash the entry's header, place, salt and row digest give."""
    entry = proof["entry"]
    salt, digest = unhex(entry["salt"], 16), unhex(entry["digest"], 32).hex()
    header = prefixed([proof["algorithm"]] + [value for _, value in entry["header"]])
    row_id = None if entry["row_id"] is None else str(whole(entry["row_id"]))
    place = prefixed([str(whole(entry["index"])), entry["table"], row_id, digest])
    data = hashlib.sha256(salt + header + place).digest()
    return hashlib.sha256(b"\x00" + data).digest()


def row_agrees(entry):
    """Whether the row's fields give the row's digest."""
    row = prefixed([value for _, value in entry["row"]])
    return hashlib.sha256(unhex(entry["salt"], 16) + row).hexdigest() == entry["digest"]


HEADER = [
    "kind",
    "operation",
    "at",
    "legal_date",
    "actor_kind",
    "actor_id",
    "actor_name",
    "unit_id",
    "behalf_id",
    "payload",
]


# What each table binds, in order: the platform's declarations, held equal by a test.
FIELDS = {
    "accounts.alert/1": (
        "person unit kind mark day observed threshold queries evidence raised_at settled_at settled_by verdict reason"
    ),
    "accounts.factor/1": "person seal_digest confirmed_at ended_at ended_reason",
    "accounts.factor_policy/1": "role required from_on reason set_at set_by",
    "accounts.person/1": "login name kind unit password_hash password_changed_at must_change active_from active_to",
    "accounts.query/1": "person unit at subject_id kind personal purpose reference fields scope count",
    "accounts.role_grant/1": "person role active_from active_to granted_by",
    "accounts.sample/1": "month tree_size tree_root seed population size drawn_at",
    "accounts.sampled_query/1": "sample query place verdict reason reviewed_by reviewed_at",
    "accounts.service_token/1": "person unit name prefix digest scopes items issued_at issued_by expires_at revoked_at",
    "accounts.unit/1": "code name kind parent path address telephone active_from active_to",
    "accounts.watch_setting/1": "figures reason set_at set_by",
    "catalogue.basis/1": (
        "edition key version instrument title number issuer article about rank in_force_from in_force_to certainty note"
    ),
    "catalogue.calendar_day/1": "calendar_year day kind",
    "catalogue.calendar_year/1": "year version status document digest imported_at",
    "catalogue.edition/1": "name kind region hash content in_force_from loaded_at",
    "catalogue.item/1": "edition code polarity name category enabled reason",
    "catalogue.permit/1": "basis basis_version item item_code authority subject_kind matter rank valid_from valid_to",
    "catalogue.permit_end/1": "permit last_day reason",
    "intake.batch/1": (
        "unit item file_name file_hash size submitted_by received_at reason state refusal rows accepted held "
        "rejected unchanged superseded receipt_digest load_run upload finished_at erased_at"
    ),
    "intake.contradiction_note/1": "subject datum document fingerprint state reason noted_by noted_at",
    "intake.duty/1": "unit item since until leader leader_post business business_post technical technical_post",
    "intake.held/1": (
        "batch unit item row record codes kind fingerprint received_at state decided_by decided_at "
        "decision_reason result_record result_version"
    ),
    "intake.mapping/1": "unit item columns changed_at changed_by",
    "intake.nil_report/1": "unit item month reported_by reported_at",
    "members.agency/1": "member subject claim scopes post since until ended_at ended_by reason",
    "members.claim/1": (
        "number subject channel scopes post evidence until code_hash issued_at unit official agent expires_at outcome ended_at"
    ),
    "members.member/1": "login password_hash password_changed_at opened_at",
    "objections.objection/1": "case record version about finding outcome contested stopped",
    "procedures.case/1": "number procedure version subject title state seq edition secret_hash opened_on ended_on escalated",
    "procedures.clock/1": (
        "case clock limits working_days span more_days since started_on used paused_on deadline provisional calendar "
        "ended_on missed_on"
    ),
    "procedures.party/1": "case side unit subject",
    "procedures.step/1": "case seq step side before after on at unit person note texts",
    "publicity.publication/1": (
        "version record item subject shown public_from public_until rule reason bases tier edition deadline "
        "deadline_provisional calendar first_public_at"
    ),
    "records.mark/1": "record kind since until reason basis",
    "repair.application/1": "case record version procedure outcome repaired",
    "records.version/1": (
        "record__key_hash seq item polarity subject subject_kind unit authority_name authority_code source_name "
        "source_code document_title document_number act_date valid_from valid_to kinds amount_cents "
        "confiscation_cents state content content_hash blocks reason received_at batch_id row_number permit "
        "permit_rank permit_from permit_to"
    ),
    "subjects.identifier/1": "subject scheme value lookup value_token state valid_from valid_to",
    "subjects.merge/1": "kept absorbed state_before reason at undone_at undo_reason",
    "subjects.name/1": "subject name written valid_from valid_to",
    "subjects.subject/1": (
        "kind scheme code name written name_token register_state source division industry founded address "
        "merged_into erased_at"
    ),
}


def check(proof, earlier_text, key):
    """The list of what does not hold; empty when everything is proved."""
    if proof.get("format") != "xinheng-proof/1" or proof.get("algorithm") != "xinheng-ledger/1 sha256 rfc6962":
        raise Unreadable("not a proof this program knows: format {}".format(proof.get("format")))
    entry, problems = proof["entry"], []
    if [name for name, _ in entry["header"]] != HEADER:
        raise Unreadable("the header of the entry has other fields than it should")
    origin, size, root, body, signature = read_checkpoint(proof["checkpoint"])
    old_origin, old_size, old_root, old_body, old_signature = read_checkpoint(earlier_text)
    if not signature_holds(key, old_body, old_signature):
        problems.append("the signature of the earlier checkpoint is wrong")
    if not signature_holds(key, body, signature):
        problems.append("the signature of the newer checkpoint is wrong")
    if origin != old_origin:
        problems.append(f"the checkpoints are of two ledgers: {old_origin} and {origin}")
    steps = [unhex(step, 32) for step in proof["consistency"]["path"]]
    if whole(proof["consistency"]["from"]) != old_size or not grew(old_size, size, old_root, root, steps):
        problems.append(f"the ledger of {size} entries is not a continuation of that of {old_size} entries")
    number = whole(entry["number"])
    path = [unhex(step, 32) for step in proof["inclusion"]["path"]]
    if whole(proof["inclusion"]["index"]) != number - 1 or not included(
        number - 1, size, entry_hash(proof), path, root
    ):
        problems.append(f"entry {number} is not in the ledger of {size} entries as it stands in the proof")
    if entry["row"] is not None and not row_agrees(entry):
        problems.append("the fields of the row are not those the entry speaks of")
    return problems


def describe(proof, earlier_text):
    """What was proved, in a few lines."""
    entry = proof["entry"]
    header = dict(entry["header"])
    yield "proved: entry {} of {}".format(entry["number"], read_checkpoint(proof["checkpoint"])[1])
    told = [plain(header[name]) for name in ("operation", "at", "actor_kind", "actor_name")]
    yield "  {} at {} by {} {}".format(*told)
    if entry["row"] is None:
        yield "  the row has changed since, or the entry has none: its fields are not part of this proof"
    else:
        values, names = [value for _, value in entry["row"]], FIELDS.get(entry["table"], "").split()
        if len(names) != len(values):
            names = [f"value {place}" for place in range(1, len(values) + 1)]
            yield f"  the table {plain(entry['table'])} is not known to this program, so its values have no proved names"
        for place, value in enumerate(values):
            yield f"  {names[place]} = {plain(value)}"
    yield f"  history before entry {read_checkpoint(earlier_text)[1] + 1} is unchanged since your checkpoint"


def main(arguments=None):
    """Read, check, say."""
    parser = argparse.ArgumentParser(description="Check a proof of the Xinheng ledger.")
    parser.add_argument("proof")
    parser.add_argument("checkpoint")
    parser.add_argument("--key", required=True)
    wanted = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a name must not turn a proof into an accident: its status would say "not proved".
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        with open(wanted.proof, encoding="utf-8") as file:
            proof = json.load(file, object_pairs_hook=once)
        with open(wanted.checkpoint, encoding="utf-8", newline="") as file:
            earlier = file.read()
        with open(wanted.key, encoding="ascii") as file:
            key = bytes.fromhex(file.read().strip())
        problems = check(proof, earlier, key)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, Unreadable) as problem:
        print(f"cannot check: {problem}", file=sys.stderr)
        return 2
    for problem in problems:
        print(f"NOT PROVED: {problem}")
    if not problems:
        print("\n".join(describe(proof, earlier)))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
