"""What well-known sets of the shelf hold, in one plain sentence; of others the Hub tells."""

_OWNER = "sentence-transformers"
_SENTENCES = {
    "all-nli": "Sentences, each with one that follows from it and one that contradicts it.",
    "gooaq": "Three million questions as people type them into a search box, with answers.",
    "natural-questions": "Questions to a search engine, with the Wikipedia passage that answers.",
    "quora-duplicates": "Questions that ask the same in other words: to find duplicates.",
    "stsb": "Pairs of sentences that people scored by how alike they are; good for measuring.",
    "msmarco-bm25": "Questions to a search engine, passages that answer, and some that only seem to.",
    "squad": "Questions about paragraphs of Wikipedia, each with its paragraph.",
    "trivia-qa": "Questions of quizzes, with passages that hold their answers.",
    "hotpotqa": "Questions whose answer takes two paragraphs of Wikipedia.",
    "eli5": "Questions that want a simple explanation, each with one that readers liked.",
    "yahoo-answers": "Questions of all kinds, with the answer that was chosen.",
    "simple-wiki": "Sentences of Wikipedia, each with a simpler way of saying the same.",
    "altlex": "Sentences of Wikipedia, each with another way of saying the same.",
    "sentence-compression": "Sentences of the news, each with a shorter one of the same meaning.",
    "coco-captions": "Captions that different people gave to the same picture.",
    "flickr30k-captions": "Captions that different people gave to the same photograph.",
    "codesearchnet": "Functions of open source, each with what its comment says that it does.",
    "agnews": "News, each with its title.",
    "xsum": "News, each with a summary of one sentence.",
    "amazon-reviews": "Reviews of products, each with its title.",
    "stackexchange-duplicates": "Questions of Stack Exchange that ask the same.",
    "parallel-sentences-talks": "Sentences of talks, in English and in some 50 other languages.",
    "parallel-sentences-tatoeba": "Everyday sentences, in English and in hundreds of languages.",
}

SENTENCES = {f"{_OWNER}/{name}": sentence for name, sentence in _SENTENCES.items()}
