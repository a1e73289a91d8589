"""Decoding: one generator of events through which every architecture is decoded.

`decode.decode` is the way in; `options` says how, `filters` what may not be said, `lamp` when to give up.
"""
