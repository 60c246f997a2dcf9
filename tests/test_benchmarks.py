"""What the benchmark makes of its measurements, and that its studies still find the code they look at."""

import ast
import os
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

import benchmarks
from benchmarks import targets
from benchmarks.load import Result, cpu_ratio, middle, ratio, row_of, spread
from benchmarks.studies import capacity
from tests.waiting import LONG


def results(*rates: float, cpu_ms: float = 1.0) -> list[Result]:
    return [Result(per_second=rate, p50_ms=1, p99_ms=2, cpu_ms=cpu_ms) for rate in rates]


def test_a_ratio_compares_within_a_round():
    ours, others = results(100, 10, 50), results(200, 20, 50)

    assert ratio(ours, others) == 0.5


def test_a_ratio_of_processor_times_ignores_how_busy_the_machine_is():
    ours, others = results(10, 90, 40, cpu_ms=4), results(100, 10, 60, cpu_ms=1)

    assert cpu_ratio(ours, others) == 0.25


def test_of_several_looks_in_a_round_the_middle_of_each_number_counts():
    looks = [Result(10, 1, 9, 0.3), Result(30, 2, 5, 0.1), Result(20, 7, 6, 0.2)]

    assert middle(looks) == Result(per_second=20, p50_ms=2, p99_ms=6, cpu_ms=0.2)


def test_the_spread_leaves_the_outermost_rounds_aside():
    assert spread(results(10, 50, 51, 52, 900), results(50, 50, 50, 50, 50)) == round(2 / 51, 3)


def test_a_row_has_the_agreed_keys():
    row = row_of(results(10), results(20), results(40))

    assert {"per_second", "p50_ms", "p99_ms", "ratio_to_bare_wsgi", "ratio_to_minimal_django"} <= row.keys()


def test_a_missed_target_is_printed(capsys):
    targets.print_table({"cached_article": {"ratio_to_bare_wsgi": 0.59}, "beacon": {"ratio_to_minimal_django": 0.5}})

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[-2:]] == [["MISSED", "cached_article"], ["met", "beacon"]]


def test_one_of_two_targets_is_enough(capsys):
    targets.print_table({"cold_article": {"per_second": 100, "ratio_to_minimal_django": 0.2}})

    assert capsys.readouterr().out.splitlines()[-1].startswith("met     cold_article           × Django")


def test_renders_are_bounded_by_readers_and_by_the_life_of_pages():
    few = capacity.Event("few readers", portals=100, people=1_000)
    many = capacity.Event("many readers", portals=1, people=10_000_000, hot_pages=30, page_seconds=3)

    assert 0.9 * few.page_rate < few.render_rate < few.page_rate
    assert 19 < many.render_rate < 20  # 30 pages in 2 processes every 3 seconds


FILES = sorted(Path(benchmarks.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_it_imports_is_there(path):
    """Most of the imports stand in functions, which run by hand alone."""
    code = ast.walk(ast.parse(path.read_text(encoding="utf-8")))

    names = [(node.module, alias.name) for node in code if isinstance(node, ast.ImportFrom) for alias in node.names]

    assert [f"{module}.{name}" for module, name in names if not is_there(module, name)] == []


def is_there(module: str, name: str) -> bool:
    """Whether `from module import name` finds it; what `module` itself lacks may be a module of the package."""
    found = import_module(module)
    return hasattr(found, name) or (hasattr(found, "__path__") and find_spec(f"{module}.{name}") is not None)


def test_every_function_over_text_is_called_as_it_is_now():
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.studies.text"],
        cwd=Path(benchmarks.__file__).parents[1],
        env=os.environ | {"SIZES": "1", "SHAPES": "unclosed attribute,pictures,links", "JOBS": "1"},
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
    )

    assert "Traceback" not in process.stderr, process.stderr
    assert "checklist" in process.stdout
