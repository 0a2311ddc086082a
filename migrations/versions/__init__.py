"""One file a revision; never edited after it has shipped."""
