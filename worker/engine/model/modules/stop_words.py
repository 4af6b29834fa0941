"""English words that say little by themselves, and marks that are no words."""

import string

_WORDS = """
a about above after again against all almost along already also although always am among an and
another any anybody anyone anything are around as at away back be became because become becomes been
before behind being below beside besides between beyond both but by can cannot could did do does
doing done down during each either else enough even ever every everybody everyone everything few for
from further get gets getting give given go goes going gone got had has have having he hence her here
hers herself him himself his how however i if in indeed instead into is it its itself just keep kept
last latter least less let like made make makes many may maybe me might mine more most mostly much
must my myself namely near neither never nevertheless next no nobody none nor not nothing now nowhere
of off often on once one only onto or other others otherwise our ours ourselves out over own per
perhaps please put quite rather really said same say says see seem seemed seems several shall she
should since so some somebody somehow someone something sometimes somewhere still such take taken
than that the their theirs them themselves then there thereby therefore these they this those though
through throughout thus to together too toward towards under unless until up upon us use used very
via was we well were what whatever when whenever where whereas wherever whether which while who
whoever whole whom whose why will with within without would yes yet you your yours yourself
yourselves
"""

ENGLISH_STOP_WORDS = [*_WORDS.split(), *string.punctuation]
"""Left out by default when vectors of words are read from a file. A list of our own: vectors made
with another library's list differ where the lists do. A saved tokenizer brings its own."""
