"""Backchannel: follows a conference's hashtag, lets a person decide, shows what was approved.

Reading order: post, updates, feed (what happens) · desk, collector (who makes it happen) · store, hub, sources, web
(the edges) · config, app (how it is put together). Imports point down only; tests check it.
"""
