"""The questions of include/questions.toml, about the services of include/services.toml."""

from bellwether.verdicts.questions.files import read
from bellwether.verdicts.questions.pairs import Pair, Target, needed, needed_tables, pairs
from bellwether.verdicts.questions.shapes import Question, Questions, Side, SignalWords

__all__ = ["Pair", "Question", "Questions", "Side", "SignalWords", "Target", "needed", "needed_tables", "pairs", "read"]
