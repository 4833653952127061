"""ActionTrail's answers as values; as tolerant as ``bot.aliyun.models``, for nobody documents an event's fields."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from bot.aliyun.models import Answer, Text, as_object, as_objects

#: What events can be asked for by; the vendor knows more, which nothing here needs.
TrailKey = Literal["EventId", "EventName", "ResourceName"]
Parameters = Annotated[dict[str, Any], BeforeValidator(as_object)]


class TrailIdentity(Answer):
    """Who made a recorded call."""

    type: Text = None
    principal_id: Text = Field(None, alias="principalId")
    account_id: Text = Field(None, alias="accountId")
    user_name: Text = Field(None, alias="userName")
    access_key_id: Text = Field(None, alias="accessKeyId")


class TrailEvent(Answer):
    """One recorded call. ``event_time`` is text in ISO 8601; ``response`` is the answer's fields as the text of JSON.

    Parameters may hold values of any JSON type; some events have them as the text of JSON only.
    """

    event_id: Text = Field(None, alias="eventId")
    request_id: Text = Field(None, alias="requestId")
    event_name: Text = Field(None, alias="eventName")
    event_source: Text = Field(None, alias="eventSource")
    service_name: Text = Field(None, alias="serviceName")
    api_version: Text = Field(None, alias="apiVersion")
    event_time: Text = Field(None, alias="eventTime")
    event_rw: Text = Field(None, alias="eventRW")
    region: Text = Field(None, alias="acsRegion")
    source_ip: Text = Field(None, alias="sourceIpAddress")
    user_agent: Text = Field(None, alias="userAgent")
    error_code: Text = Field(None, alias="errorCode")
    error_message: Text = Field(None, alias="errorMessage")
    parameters: Parameters = Field(default_factory=dict, alias="requestParameters")
    parameters_as_text: Parameters = Field(default_factory=dict, alias="requestParameterJson")
    response: Text = Field(None, alias="responseElements")
    identity: Annotated[TrailIdentity, BeforeValidator(as_object)] = Field(TrailIdentity(), alias="userIdentity")


class EventsAnswer(Answer):
    """The answer of LookupEvents. ``next_page`` is there when it is not all of it."""

    request_id: Text = Field(None, alias="RequestId")
    events: Annotated[tuple[TrailEvent, ...], BeforeValidator(as_objects)] = Field((), alias="Events")
    next_page: Text = Field(None, alias="NextToken")
