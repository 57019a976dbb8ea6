"""The questions as data: include/questions.toml, include/services.toml and the folders of include/sql/signals."""

from bellwether.verdicts.questions.files import QuestionsError, include_folder, read, statement
from bellwether.verdicts.questions.pairs import Pair, Target, needed, needed_tables, pairs
from bellwether.verdicts.questions.shapes import Question, Questions, Service, Side, SignalWords, Table

__all__ = [
    "Pair",
    "Question",
    "Questions",
    "QuestionsError",
    "Service",
    "Side",
    "SignalWords",
    "Table",
    "Target",
    "include_folder",
    "needed",
    "needed_tables",
    "pairs",
    "read",
    "statement",
]
