"""Files in and out: documents, subtitles, exports. Nothing here knows of models."""
