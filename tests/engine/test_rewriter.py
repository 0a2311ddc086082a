"""Rewriting in a child process: what comes out, and that nothing that goes wrong there is believed or shown."""

import io
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from gradq.engine import rewriter
from gradq.engine.expression import call, symbol
from gradq.engine.formula import parse_expression
from gradq.engine.layout import text_of
from gradq.engine.rewriter import rewrite
from gradq.store.errors import UsageError

PATIENT = 60.0  # seconds: the machine may be busy
LONG = parse_expression(" + ".join(f"x{k}*y{k}" for k in range(200)))


@pytest.mark.parametrize(
    ("how", "text", "expected"),
    [
        ("simplify", "sin(x)^2 + cos(x)^2 + sigmoid('P&L') + E*I/I", "sigmoid('P&L') + E + 1"),
        ("expand", "(x - 1)^9*x", "x^10 - 9*x^9 + 36*x^8 - 84*x^7 + 126*x^6 - 126*x^5 + 84*x^4 - 36*x^3 + 9*x^2 - x"),
        ("factor", "x^2 - y^2", "(x + y)*(x - y)"),
    ],
)
def test_each_way_of_rewriting(how: str, text: str, expected: str) -> None:
    found, note = rewrite(parse_expression(text), how, seconds=PATIENT)
    assert note is None
    assert found is parse_expression(expected), text_of(found)


def test_a_node_called_pi_is_not_the_constant() -> None:
    item = parse_expression("pi*asin(1) - pi*asin(1)/2", pi_is_node=True)
    found, note = rewrite(item, "simplify", seconds=PATIENT)
    assert note is None and "acos(-1)" in text_of(found)


def test_an_unknown_way_is_an_error_that_lists_the_three() -> None:
    with pytest.raises(UsageError) as found:
        rewrite(symbol("x"), "integrate")
    assert all(way in f"{found.value.message} {found.value.hint}" for way in ("simplify", "expand", "factor"))


def test_when_time_is_up_the_answer_is_as_it_was() -> None:
    item = parse_expression("(a + b + c)^300")
    start = time.monotonic()
    assert rewrite(item, "expand", seconds=0.05) == (item, "expand was given up after 0.05 s: the answer is as it was")
    assert time.monotonic() - start < 5


def test_what_needs_no_rewriting_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewriter, "LONGEST", 1_000)
    monkeypatch.setattr(rewriter, "_ask", lambda *_: pytest.fail("a process was started"))
    for item in (symbol("x"), parse_expression("7"), symbol("pi", constant=True)):
        assert rewrite(item, "simplify") == (item, None)
    for item, reason in ((call("atan2", [symbol("pi"), symbol("pi", constant=True)]), "pi"), (LONG, "characters")):
        found, note = rewrite(item, "simplify")
        assert found is item and note is not None and reason in note


@pytest.mark.parametrize(
    ("program", "note"),
    [
        ("/nowhere/python", "no process could be started"),
        ("import sys; sys.exit(3)", "ended with code 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended with code -9"),
        ("raise RuntimeError('a traceback')", "ended with code 1"),
        ("print('ok'); print('x +')", "cannot be read"),
        ("print('no'); print('it was too much')", "because it was too much"),
        ("print('garbage')", "ended with code 0"),
    ],
)
def test_a_child_that_fails_leaves_a_note_of_one_line(
    program: str, note: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not program.startswith("/"):
        script = tmp_path / "python"
        script.write_text(f"#!/bin/sh\nexec {sys.executable} -c {_shell(program)}\n")
        script.chmod(0o755)
        program = str(script)
    monkeypatch.setattr(sys, "executable", program)
    item = parse_expression("x + 1/x")
    found, said = rewrite(item, "simplify", seconds=PATIENT)
    assert found is item
    assert said is not None and note in said and "\n" not in said and "Traceback" not in said


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


@pytest.mark.parametrize(
    ("plain", "answer", "doubt"),
    [
        ("x^2", "1.00000001*x^2", "another value"),
        ("x^2", "1.0000000001*x^2", None),
        ("abs(x)", "x", "another value"),
        ("sqrt(x)^2*y", "x*y", None),
        ("x*y/y", "x", None),
        ("x + y", "x + z", "other nodes"),
        ("2*x", "log(x - 2)", "no value"),
        ("acosh(x)*asin(x)", "acosh(x)*asin(x)*2", "too few points"),
        ("2 + sin(1)", "sin(1) + 2.001", "another value"),
        ("if(x < 500, x, 1)", "x", "another value"),
        ("if(x < 500 and y > -40.5, x, 1)", "if(x < 500, x, 1)", "another value"),
        ("(x - 1)^8", "x^8 - 8*x^7 + 28*x^6 - 56*x^5 + 70*x^4 - 56*x^3 + 28*x^2 - 8*x + 1", None),
    ],
)
def test_a_result_is_believed_only_if_its_values_agree(
    plain: str, answer: str, doubt: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = parse_expression(plain)
    monkeypatch.setattr(rewriter, "_ask", lambda *_: (True, answer))
    found, note = rewrite(item, "simplify")
    if doubt is None:
        assert note is None and found is parse_expression(answer)
    else:
        assert found is item and note is not None and doubt in note


def _child(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], text: str, how: str) -> list[str]:
    """Run the child's part here, without its limits, which would stay."""
    monkeypatch.setattr(rewriter, "_limit", lambda seconds: None)
    monkeypatch.setattr(rewriter, "LONGEST", 1_000)
    monkeypatch.setattr(sys, "argv", ["rewriter", how, "9", "constant"])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    rewriter.main()
    return capsysbinary.readouterr().out.decode().splitlines()


@pytest.mark.parametrize(
    ("text", "how", "said"),
    [
        ("x*(x + 1)", "expand", ["ok", "x^2 + x"]),
        ("x +", "expand", ["no", "column 4: expected a value, found the end"]),
        ("1/0 + x", "expand", ["no", "SymPy's ComplexInfinity has no counterpart in a formula"]),
        ("x*(x + 1)", "nonsense", ["no", "the algebra system failed (KeyError)"]),
        ("sin(" * 900 + "x" + ")" * 900, "factor", ["no", "the formula is nested too deeply for the algebra system"]),
        ("(a + b + c + d)^9", "expand", ["no", "the result has"]),
    ],
)
def test_the_child_answers_in_two_lines(
    text: str, how: str, said: list[str], monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    found = _child(monkeypatch, capsysbinary, text, how)
    assert len(found) == 2 and found[0] == said[0] and found[1].startswith(said[1]), found


def test_ctrl_c_leaves_no_child_behind(tmp_path: Path) -> None:
    # the child is a stand-in that sleeps and holds a pipe open: the pipe ends with it
    pipe, stand_in = tmp_path / "pipe", tmp_path / "python"
    os.mkfifo(pipe)
    stand_in.write_text(f'#!/bin/sh\nexec 3> "{pipe}"\necho here >&3\nexec sleep 60\n')
    stand_in.chmod(0o755)
    code = f"""
        import signal, sys
        from gradq.engine.formula import parse_expression
        from gradq.engine.rewriter import rewrite
        signal.signal(signal.SIGINT, signal.default_int_handler)
        item = parse_expression("x + 1/x")
        sys.executable = {str(stand_in)!r}
        rewrite(item, "simplify", seconds=60)
    """
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stderr=subprocess.DEVNULL)
    try:
        assert _reads(end, b"here\n")
        parent.send_signal(signal.SIGINT)
        assert parent.wait(30) != 0
        assert _reads(end, b"")
    finally:
        parent.kill()
        parent.wait()
        os.close(end)


def _reads(end: int, expected: bytes) -> bool:
    """Return whether this comes out of a pipe within 30 seconds."""
    for _ in range(3_000):
        try:
            if os.read(end, 100) == expected:
                return True
        except BlockingIOError:
            pass
        time.sleep(0.01)
    return False
