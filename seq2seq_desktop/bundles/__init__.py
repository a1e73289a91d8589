"""Model bundles: folders of weights, tokenizer, sizes and a card, hashed file by file."""
