"""Whether a text looks like a question, in many languages."""

import re
from collections.abc import Sequence

_MARK = re.compile(r"[?？؟;՞]['\"”»)\]]*\s*$")
_WORDS = """
who whom whose what which when where why how is are was were do does did can could should would will
has have am may
wer wen wem wessen was welche welcher welches wann wo wohin woher warum wieso weshalb wie ist sind kann
qui que quoi quel quelle quels quelles quand où pourquoi comment combien est-ce
quién quiénes qué cuál cuáles cuándo dónde cómo cuánto cuánta cuántos
chi che cosa quale quali quando dove perché come quanto
quem quê qual quais onde porquê
wie wat welk welke wanneer waar waarom hoe
kto co który która które kiedy gdzie dlaczego jak czy ile
кто что какой какая какие какое когда где куда почему зачем как сколько чей
kim ne hangi nerede neden niçin nasıl kaç
vem vad vilken vilket vilka när var varför hur
hvem hvad hvilken hvornår hvor hvorfor hvordan
ما ماذا من متى أين لماذا كيف كم هل
क्या कौन कब कहाँ क्यों कैसे कितना
""".split()
_FIRST = re.compile(
    rf"^[\s¿\"'«“(]*(?:{'|'.join(map(re.escape, sorted(set(_WORDS))))})\b", re.IGNORECASE
)
_INSIDE = re.compile(
    "什么|甚麼|怎么|怎麼|如何|为什么|為什麼|哪|谁|誰|几|吗|嗎|何|どう|なぜ|いつ|どこ|ですか|ますか|까요|무엇|어떻게"
)


def is_question(text: str) -> bool:
    """A question mark at the end, or a question word at the start."""
    return bool(_MARK.search(text) or _FIRST.search(text) or _INSIDE.search(text[:60]))


def question_share(texts: Sequence[str]) -> float:
    """How many of the texts look like questions, from 0 to 1."""
    return sum(map(is_question, texts)) / len(texts) if texts else 0.0
