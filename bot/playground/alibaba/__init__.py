"""The strict stand-in of Alibaba Cloud: a real HTTP server on loopback that the official SDKs work against unchanged.

standin        the stand-in put together: AlibabaStandIn
server         HTTP/1.1 in threads
wire           requests, answers and errors as values
metadata       the ECS metadata service, version 2, and a credentials URI
identity_provider  an OIDC issuer, as a cluster on ACK is one
gate           date, key, nonce, signature: in this order
signature      the witness of signature V3
people         the fixed people and roles
operations     what an API operation is
explorer       GetOwnRequestLog, GetRequestLog, GetErrorCodeSolutions
diagnostics    DecodeDiagnosticMessage
sts            AssumeRole, GetCallerIdentity
siem           GetLogTicket
actiontrail    LookupEvents
console        the page that stands for the SLS console
requestlogs    the logs and who owns them
cases          the RequestIds worth trying
stock          fills the stand-in with its cases
faults         what goes wrong on order
rendering      answers and errors as bytes
control        /_standin
description    the stand-in in words and as JSON
"""

from bot.playground.alibaba.cases import CASES, Case, case
from bot.playground.alibaba.faults import Fault
from bot.playground.alibaba.people import ALICE, AUDITOR, BOB, BROKER, CAROL, PEOPLE, Person
from bot.playground.alibaba.standin import AlibabaStandIn
from bot.playground.alibaba.stock import NewLog

__all__ = [
    "ALICE",
    "AUDITOR",
    "BOB",
    "BROKER",
    "CAROL",
    "CASES",
    "PEOPLE",
    "AlibabaStandIn",
    "Case",
    "Fault",
    "NewLog",
    "Person",
    "case",
]
