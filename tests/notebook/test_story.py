"""What a notebook does: open a story, read figures, name findings, ask, and draw charts that may be published."""

import json
import shutil
from pathlib import Path

import pytest

from tests import counts
from toolkit import assume, log, open_story, say, table
from toolkit.core.errors import NumberError, StoryError, ToolkitError
from toolkit.core.kind import Kind
from toolkit.core.project import Project
from toolkit.notebook.declared_reads import DeclaredReads
from toolkit.notebook.kernel_extension import OpenedFiles
from toolkit.notebook.mime import CHART, RECORD
from toolkit.notebook.story import OPENED, Story

ROOT = Path(__file__).parents[2]
ALT = "Two dots on one axis: the survey's own multiple, and the larger one that the paper printed."
WORDS = {"title": "The paper rounds up", "subtitle": "Cups, invented office", "notes": "Invented.", "alt": ALT}


@pytest.fixture
def story(desk_with, monkeypatch):
    monkeypatch.chdir(desk_with().project.root)  # a kernel works in its project
    return Story("coffee", desk_with())


@pytest.fixture
def told(story):
    return story.ask("told")


def draw(story, shown, **words):
    return story.chart(shown, "dots", x="told_multiple", y="publisher", **{**WORDS, **words})


def refused(story, shown, **words):
    with pytest.raises(StoryError) as raised:
        draw(story, shown, **words)
    assert story.charts == {}
    return raised.value.problems


@pytest.mark.heavy
def test_the_example_of_the_design_runs_as_written_on_this_desk(tmp_path, monkeypatch):
    for part in ("data", "notebooks"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("build"))
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path / "notebooks")
    story = open_story("jellyfish-tokens-vs-output")
    study = story["jellyfish-tokenmaxxing"]

    ten_x = story.finding(
        "jellyfish.tokens_per_pr_multiple", study["tokens_per_pr_top_decile"] / study["tokens_per_pr_median"]
    )
    z90 = assume(1.2816, "1", why="90th percentile of a normal; tokens taken as lognormal")
    sigma = story.finding("jellyfish.token_sigma", log(study["tokens_p90"] / study["tokens_p50"]) / z90)

    versions = story.ask("jellyfish_versions")
    two_x = study["output_multiple_as_told"]
    chart = story.chart(
        versions,
        "dots",
        x="tokens_multiple",
        y="publisher",
        title=say("{} the tokens, {} the output", ten_x, two_x),
        subtitle="As each publisher printed it",
        notes="Multiples as told.",
        alt=say("Dots: the multiple of tokens that each publisher printed, to {}.", ten_x),
    )

    assert str(ten_x) == "9.9 times" and ten_x.kind == Kind.COMPUTED
    assert sigma.low == pytest.approx(1.567, abs=0.001) and sigma.kind == Kind.ASSUMED
    assert {leaf.ref for leaf in sigma.leaves()} == {
        "figure:jellyfish-tokenmaxxing#tokens_p90",
        "figure:jellyfish-tokenmaxxing#tokens_p50",
        "assumption",
    }
    assert str(chart.title).startswith("9.9 times the tokens, ")
    assert chart.source.startswith("Jellyfish, 15 April to 13 August 2026 (3 sources); TechCrunch, 17 April 2026;")
    assert "tokens_p50" in study._ipython_key_completions_()
    with pytest.raises(NumberError, match="same dimension"):
        study["tokens_p50"] + study["spend_top_fifth"]


def test_sources_and_figures_complete_and_unknown_ones_name_those_there_are(story):
    assert story._ipython_key_completions_() == ["office-survey", "paper-retelling"]
    survey = story["office-survey"]
    assert survey._ipython_key_completions_() == list(survey) == ["heavy", "median", "told", "budget"]
    assert len(survey) == 4 and "told: 3.5 times" in repr(survey)
    with pytest.raises(ToolkitError, match="heavy, median, told, budget"):
        survey["heavvy"]
    with pytest.raises(ToolkitError, match="office-survey"):
        story["office-surveys"]


def test_a_finding_keeps_its_value_under_its_name(story):
    survey = story["office-survey"]
    first = story.finding("coffee.multiple", survey["heavy"] / survey["median"], "Heavy over median")
    assert story.finding("coffee.multiple", survey["heavy"] / survey["median"], "Heavy over median") == first
    with pytest.raises(StoryError, match="coffee.multiple.*3.5 times") as raised:
        story.finding("coffee.multiple", survey["median"] / survey["heavy"])
    assert raised.value.problems[0].remedy
    assert story.findings["coffee.multiple"].label == "Heavy over median"


@pytest.mark.parametrize("name", ["multiple", "Coffee.multiple", "coffee.the multiple", "coffee.", "", "a.b.c"])
def test_a_finding_has_a_topic_and_a_name(story, name):
    with pytest.raises(StoryError, match="topic.lower_case_name"):
        story.finding(name, story["office-survey"]["heavy"])


@pytest.mark.parametrize("bare", [3.5, "3.5", None])
def test_a_bare_value_is_no_finding(story, bare):
    with pytest.raises(StoryError, match="bare value"):
        story.finding("coffee.multiple", bare)


def test_what_was_asked_is_recorded_with_the_hash_of_its_answer(sample):
    story = open_story("coffee")
    story.ask("told")
    before = dict(story.asked)
    assert list(before) == ["told"] and len(before["told"]) == 64
    path = sample.data / "sources" / "paper-retelling.yml"
    path.write_text(path.read_text().replace("value: 4\n", "value: 4.5\n"))
    again = open_story("coffee")
    again.ask("told")
    assert again.asked.keys() == before.keys() and again.asked != before


def test_a_question_with_parameters_is_recorded_with_them(sample):
    story = open_story("coffee")
    (sample.questions / "cups.sql").write_text("SELECT id FROM figures WHERE claim = $claim ORDER BY key")
    assert len(story.ask("cups", claim="coffee.cups_heavy")) == 2
    assert list(story.asked) == ['cups {"claim": "coffee.cups_heavy"}']
    with pytest.raises(ToolkitError, match="caption=, and no .caption in the query"):
        story.sql("SELECT id FROM figures", caption="All figures")
    with pytest.raises(ToolkitError, match="id=, and no .id in the query"):
        story.sql("SELECT key FROM figures WHERE id = $id_asked", id="heavy", id_asked="heavy")


# charts


@pytest.mark.parametrize("field", list(WORDS))
@pytest.mark.parametrize("value", ["", "  "])
def test_a_chart_without_one_of_its_words_is_refused_by_name(story, told, field, value):
    (problem,) = refused(story, told, **{field: value})
    assert problem.where == f"story coffee, chart told, {field}" and problem.found == "empty"
    assert problem.allowed and problem.remedy


def test_all_that_a_chart_lacks_is_said_at_once(story, told):
    with pytest.raises(StoryError) as raised:
        story.chart(told, "dots", x="told_multiple", y="publisher")
    assert [problem.where.rsplit(", ", 1)[1] for problem in raised.value.problems] == list(WORDS)


@pytest.mark.parametrize(
    "alt, said",
    [
        ("Two dots.", "9 characters"),
        ("x" * 39, "39 characters"),
        ("x" * 301, "301 characters"),
    ],
)
def test_an_alt_text_is_neither_short_nor_long(story, told, alt, said):
    (problem,) = refused(story, told, alt=alt)
    assert said in problem.found and "40 to 300" in problem.allowed


@pytest.mark.parametrize("alt", ["x" * 40, "x" * 300])
def test_an_alt_text_at_the_ends_of_what_is_allowed_is_taken(story, told, alt):
    assert str(draw(story, told, alt=alt).alt) == alt


@pytest.mark.parametrize("id", ["../../other", "a/b", "a b", 'x" onload="y', ".", "x" * 101])
def test_an_id_that_its_files_could_not_be_named_by_is_refused(story, told, id):
    with pytest.raises(StoryError, match="letters and digits, joined by"):
        draw(story, told, id=id)


def test_an_alt_text_is_not_the_title_again(story, told):
    title = "The survey has a smaller multiple, and the paper rounds it up"
    (problem,) = refused(story, told, title=title, alt=f"{title.upper()}.")
    assert "title again" in problem.found


@pytest.mark.parametrize(
    ("typed", "field"), counts.each_in_turn(["3.5", "35%", "twice", "four times", "½", "2026%", "`3`"], list(WORDS))
)
def test_a_number_typed_into_any_field_is_refused_with_field_and_words(story, told, field, typed):
    (problem,) = refused(story, told, **{field: f"{WORDS[field]} More {typed} here"})
    assert problem.where.endswith(f", {field}") and typed in problem.found


def test_dates_names_and_ordinals_may_stand_in_every_field(story, told):
    words = "On 15 April 2026 the Brewer 3000 came 2nd in Q1 2026"
    made = draw(story, told, title=words, subtitle=words, notes=words, alt=f"{words}, as two dots on one axis show.")
    assert str(made.title) == words


@pytest.mark.parametrize("value", [3, None, ["a"]])
def test_a_field_that_is_no_text_is_refused(story, told, value):
    (problem,) = refused(story, told, notes=value)
    assert problem.where.endswith(", notes")


def test_numbers_of_the_desk_may_stand_in_every_field(story, told):
    multiple = story["office-survey"]["told"]
    made = draw(
        story,
        told,
        title=say("The survey has {}", multiple),
        notes=multiple,
        alt=say("Two dots on one axis, the lower at {}.", multiple),
    )
    assert str(made.title) == "The survey has 3.5 times"
    shown = made.to_json()
    assert shown["title"]["parts"] == [
        "The survey has ",
        {"text": "3.5 times", "node": multiple.digest, "style": {"form": "times"}},
    ]
    assert shown["nodes"][multiple.digest]["ref"] == "figure:office-survey#told"


def test_the_source_line_names_publisher_and_date_oldest_first(story, told):
    assert draw(story, told).source == "Invented Office, 15 April 2026; Invented Paper, 2 May 2026"


def test_the_source_line_says_what_we_computed(story):
    survey = story["office-survey"]
    made = table("made", [{"told_multiple": survey["heavy"] / survey["median"], "publisher": "x"}])
    assert draw(story, made).source == "Invented Office, 15 April 2026; our computation"
    guess = table("guess", [{"told_multiple": assume(4, "1", why="invented").times, "publisher": "x"}])
    assert draw(story, guess).source == "our computation"


def test_a_chart_is_of_the_highest_kind_of_what_it_draws_and_says(story, told):
    guess = assume(4, "1", why="invented").times
    assert draw(story, told).kind == Kind.REPORTED
    assert draw(story, told, title=say("Perhaps {}", guess)).kind == Kind.ASSUMED
    assert draw(story, told, x_from=guess).kind == Kind.ASSUMED
    drawn = draw(story, table("made", [{"told_multiple": guess * story["office-survey"]["told"], "publisher": "x"}]))
    assert drawn.kind == Kind.ASSUMED
    assert drawn.to_json()["kind"] == "assumed" and "assumed" in drawn._repr_mimebundle_()["text/plain"]


def test_every_number_of_a_chart_has_its_receipt_in_the_chart(story, told):
    guess = assume(4, "1", why="invented").times
    shown = json.loads(json.dumps(draw(story, told, x_from=guess).to_json()))
    assert shown["nodes"][shown["encodings"]["x_from"]["node"]]["why"] == "invented"
    assert all(row[2]["node"] in shown["nodes"] for row in shown["table"]["rows"])


@pytest.mark.heavy
def test_a_chart_is_drawn_in_the_notebook(story, told):
    made = draw(story, told)
    assert made._repr_svg_().startswith("<svg")
    assert made._repr_mimebundle_()[CHART]["id"] == "told"


def test_the_record_holds_findings_with_receipts_charts_and_questions(story, told):
    survey = story["office-survey"]
    multiple = story.finding("coffee.multiple", survey["heavy"] / survey["median"], "Heavy over median")
    draw(story, told)
    recording = OpenedFiles(DeclaredReads((), ()))
    recording.audit_hook(OPENED, (story,))
    bundle = recording._repr_mimebundle_()[RECORD]["record"]
    finding = bundle["findings"]["coffee.multiple"]
    assert (finding["printed"], finding["label"]) == ("3.5 times", "Heavy over median")
    assert finding["node"] == multiple.digest
    assert bundle["nodes"].keys() == multiple.nodes().keys()
    assert (bundle["slug"], bundle["charts"], list(bundle["asked"])) == ("coffee", ["told"], ["told"])


def test_a_recording_has_the_module_behind_a_cache_and_other_files_by_their_own_names(story):
    recording, root = OpenedFiles(DeclaredReads((), ())), story.database.project.root
    recording.audit_hook(OPENED, (story,))
    for name in ("cups.cpython-311.pyc", "no-cache-of-python.pyc"):
        recording.audit_hook("open", (str(root / "notebooks" / "__pycache__" / name), "r", 0))
    assert recording.files == {"notebooks/cups.py", "notebooks/__pycache__/no-cache-of-python.pyc"}


def test_a_story_may_be_opened_from_another_folder_by_its_project(sample, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert open_story("coffee", Project(sample.root))["office-survey"]["heavy"].low == 35
