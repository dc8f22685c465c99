"""From a notice's content to a letter that a person can read. Nothing is looked up: the content holds it all."""

from usecases.letters.audit_letters import UnreadableContent
from usecases.letters.writing import Letterhead, MessageToWrite, NoticeToWrite, letter_for

__all__ = ["Letterhead", "MessageToWrite", "NoticeToWrite", "UnreadableContent", "letter_for"]
