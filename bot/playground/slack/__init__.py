"""A strict stand-in of Slack for the playground and the tests: real servers on loopback, and the page that drives them.

people, messages     plain values: who, where, what was said
workspace            the state behind one lock
shapes, elements, blocks, block_rules, mentions    Slack's limits
content              the gate through which the bot's texts and blocks come in
lifetimes            triggers and response URLs
payloads, delivery, sockets, events                from Slack to the bot
web_api, chat_methods, view_methods, workspace_methods, response_urls, submissions    from the bot to Slack
actor, inputs, gestures, snapshot                  a person at the screen
api_routes, page_routes, standin                   the servers
"""

from bot.playground.slack.actor import Actor
from bot.playground.slack.messages import Breach, Call, Message, Request, View
from bot.playground.slack.people import CHANNELS, PEOPLE, Channel, Person, Post, Suggestion
from bot.playground.slack.snapshot import Shortcut
from bot.playground.slack.standin import SlackStandIn

__all__ = [
    "CHANNELS",
    "PEOPLE",
    "Actor",
    "Breach",
    "Call",
    "Channel",
    "Message",
    "Person",
    "Post",
    "Request",
    "Shortcut",
    "SlackStandIn",
    "Suggestion",
    "View",
]
