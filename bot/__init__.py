"""requestlog: a Slack bot that explains Alibaba Cloud RequestIds.

The straight line: Slack payload → RequestIds in it → who asks, and as whom we ask → the look-up ladder → Outcome →
Explanation → blocks → reply. The rooms, from the command line down to what stands alone:

cli          the command line
playground   stand-ins of Alibaba Cloud and of Slack, and the page that drives them
app          the composition root: settings in, running parts out
web          HTTP: the front door before Bolt, and what an orchestrator asks
work         the durable engine: an accepted command is answered once
listeners    Slack's edge: acknowledge and hand on
settings     the only reader of the environment
handlers     the use cases: an accepted command → what is answered
delivery     a message reaches the person who asked, or it is said why not
lookup       a person's identities and a RequestId → an Outcome
blocks       Outcome and Explanation → a message
store        tables and queries
manifest     the Slack app manifest
logs         how this program logs
metrics      what an operator sees of it in figures
outcomes     how a look-up ended
explain      a request log → what happened, why, who can fix it
identity     whose credential signs the call
aliyun       the thin client of Alibaba Cloud
requestids   text → RequestIds and what else is in it
addresses    the forms that addresses in the settings may have
languages    English and Chinese texts, side by side
descriptors  how much may be open at once
traces       a span a station of a command
"""
