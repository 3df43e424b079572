"""One record: fields, term, reason, and proofs that a program without the platform accepts."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from portal.pages import main
from world import World, licence, penalty, publish
from xinheng.ledger.door import checkpoint
from xinheng.records.door import enter

VERIFY = Path(__file__).resolve().parents[2] / "tools" / "verify.py"


@pytest.fixture
def by_service(world: World, now: Any) -> int:
    """A fine that a service account loaded: its entry names nobody."""
    actor = replace(world.actor("reporter.market"), kind="service", name="装载服务")
    done = enter(fact=penalty(world, number="示市监罚〔2026〕9号"), actor=actor, now=now)
    publish(now)
    checkpoint(now=now)
    return done.record_id


def test_it_shows_the_public_fields_the_term_and_why(visitor: Client, world: World, fine: int) -> None:
    said = main(visitor.get(f"/records/{fine}"))
    for words in (
        "公示中，至 2027年11月10日自动停止",
        "罚款金额(万元) 0.50\xa0万元".replace("\xa0", " "),
        "处罚决定日期 2026年11月10日",
        "失信档次 一般",
        "最长公示 1年",
        "2027年2月10日起可以向作出决定的单位申请修复",
        "账本第",
        "示例区安平路 12 号",
    ):
        assert words in said


def test_without_a_checkpoint_there_is_no_proof_and_the_page_says_why(visitor: Client, world: World, fine: int) -> None:
    assert "还没有进入已签名的检查点" in main(visitor.get(f"/records/{fine}"))
    assert visitor.get(f"/records/{fine}/proof.json?of=decision").status_code == 409


@pytest.mark.parametrize("kind", ["version", "decision"])
def test_a_proof_is_accepted_by_the_checking_program(
    visitor: Client, world: World, by_service: int, tmp_path: Path, kind: str
) -> None:
    answer = visitor.get(f"/records/{by_service}/proof.json?of={kind}")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert verified(visitor, answer, tmp_path) == 0
    assert json.loads(answer.content)["entry"]["row"] is not None


def test_a_proof_reaches_back_to_the_checkpoint_the_reader_kept(
    visitor: Client, world: World, by_service: int, tmp_path: Path, now: Any
) -> None:
    kept = checkpoint(now=now)
    enter(fact=penalty(world, number="示市监罚〔2026〕10号"), actor=world.actor("reporter.market"), now=now)
    newer = checkpoint(now=now)
    assert newer.size > kept.size
    answer = visitor.get(f"/records/{by_service}/proof.json?of=version&since={kept.size}")
    assert verified(visitor, answer, tmp_path, size=kept.size) == 0
    changed = json.loads(answer.content)
    changed["entry"]["row"][0][1] = "00"
    assert verified(visitor, json.dumps(changed).encode(), tmp_path, size=kept.size) == 1


def verified(visitor: Client, proof: Any, folder: Path, size: int | None = None) -> int:
    """What the program without the platform says, given files as the pages hand them out."""
    content = proof if isinstance(proof, bytes) else proof.content
    size = size or json.loads(content)["consistency"]["from"]
    (folder / "proof.json").write_bytes(content)
    (folder / "checkpoint.txt").write_bytes(visitor.get(f"/verify/checkpoints/{size}.txt").content)
    (folder / "key").write_bytes(visitor.get("/verify/public-key.txt").content)
    command = [sys.executable, str(VERIFY), "proof.json", "checkpoint.txt", "--key", "key"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def test_the_program_that_checks_a_proof_is_offered_beside_it(visitor: Client, fine: int, now: Any) -> None:
    checkpoint(now=now)
    for address in (f"/records/{fine}", "/verify"):
        assert 'href="/programs/verify.py" download' in visitor.get(address).content.decode(), address
    assert visitor.get("/programs/verify.py").content == VERIFY.read_bytes()


def test_an_entry_that_names_its_clerk_is_not_given_out(visitor: Client, world: World, fine: int, now: Any) -> None:
    checkpoint(now=now)
    answer = visitor.get(f"/records/{fine}/proof.json?of=version")
    assert answer.status_code == 403
    page = visitor.get(f"/records/{fine}")
    assert "of=version" not in page.content.decode()
    assert "填报员甲" not in page.content.decode() + answer.content.decode()
    decision = visitor.get(f"/records/{fine}/proof.json?of=decision").content.decode()
    assert "填报员甲" not in decision
    assert json.loads(decision)["entry"]["table"] == "publicity.publication/1"


def test_a_units_own_words_about_a_correction_are_not_given_out(
    visitor: Client, world: World, by_service: int, tmp_path: Path, now: Any
) -> None:
    actor = replace(world.actor("reporter.market"), kind="service", name="装载服务")
    fact = penalty(world, number="示市监罚〔2026〕9号", amount=100)
    enter(fact=fact, reason="王某来电说明", actor=actor, now=now)
    publish(now)
    checkpoint(now=now)
    answer = visitor.get(f"/records/{by_service}/proof.json?of=version")
    assert "王某" not in answer.content.decode()
    assert verified(visitor, answer, tmp_path) == 0


@pytest.mark.parametrize(
    "query", ["of=everything", "of=version&since=x", "of=version&since=99999999", "of=version&since=-1"]
)
def test_a_wrong_parameter_is_named(visitor: Client, world: World, by_service: int, query: str) -> None:
    answer = visitor.get(f"/records/{by_service}/proof.json?{query}")
    assert answer.status_code == 422
    assert "可以用的是" in main(answer)


def test_the_page_of_the_ledger_shows_what_is_to_be_copied(visitor: Client, world: World, now: Any) -> None:
    assert "还没有签发过检查点" in main(visitor.get("/verify"))
    signed = checkpoint(now=now)
    answer = visitor.get("/verify").content.decode()
    assert signed.text in answer.replace("&#x27;", "'")
    assert visitor.get("/verify/public-key.txt").content.decode().strip() in answer
    assert visitor.get(f"/verify/checkpoints/{signed.size}.txt").content.decode() == signed.text


def test_a_number_of_a_list_is_shown_by_its_word(visitor: Client, world: World, now: Any) -> None:
    fact = licence(world)
    done = enter(
        fact=replace(fact, content={**fact.content, "XK_ZT": "1"}), actor=world.actor("reporter.market"), now=now
    )
    publish(now)
    assert "当前状态 有效" in main(visitor.get(f"/records/{done.record_id}"))
