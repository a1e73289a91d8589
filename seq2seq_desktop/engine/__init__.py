"""The engine: one worker that owns the models. Commands go in, reports come out; it knows neither Qt nor a window.

`worker.Worker` is the way in, `messages` is all that crosses.
"""
