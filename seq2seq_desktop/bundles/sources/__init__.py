"""Where bundles are looked for."""
