"""Hub models that have no owner in their name. All other names without one are looked for under
"sentence-transformers/". The names are the Hub's, and older than its owners."""

from itertools import product


def _names(pattern: str, *choices: str) -> list[str]:
    """`pattern` with each combination of the words of `choices` in its braces."""
    return [pattern.format(*words) for words in product(*(choice.split() for choice in choices))]


ORIGINAL_TRANSFORMER_MODELS = sorted(
    [
        *_names("albert-{}-v{}", "base large xlarge xxlarge", "1 2"),
        *_names("bert-base-{}", "cased chinese uncased cased-finetuned-mrpc"),
        *_names("bert-base-german-{}", "cased dbmdz-cased dbmdz-uncased"),
        *_names("bert-base-multilingual-{}", "cased uncased"),
        *_names("bert-large-{}", "cased uncased"),
        *_names("bert-large-{}-whole-word-masking", "cased uncased"),
        *_names("bert-large-{}-whole-word-masking-finetuned-squad", "cased uncased"),
        "camembert-base",
        "ctrl",
        *_names("distilbert-base-{}", "cased uncased german-cased multilingual-cased"),
        *_names("distilbert-base-{}", "cased-distilled-squad uncased-distilled-squad"),
        *_names("distilbert-base-{}", "uncased-finetuned-sst-2-english"),
        *_names("distil{}", "gpt2 roberta-base"),
        *_names("gpt2{}", "-medium -large -xl"),
        "gpt2",
        "openai-gpt",
        *_names("roberta-{}", "base large large-mnli"),
        *_names("roberta-{}-openai-detector", "base large"),
        *_names("t5-{}", "small base large 3b 11b"),
        "transfo-xl-wt103",
        *_names("xlm-clm-{}-1024", "ende enfr"),
        *_names("xlm-mlm-{}", "100-1280 17-1280 en-2048 ende-1024 enfr-1024 enro-1024"),
        *_names("xlm-mlm-{}-1024", "tlm-xnli15 xnli15"),
        *_names("xlm-roberta-{}", "base large"),
        *_names("xlm-roberta-large-finetuned-conll{}", "02-dutch 02-spanish 03-english 03-german"),
        *_names("xlnet-{}-cased", "base large"),
    ]
)
