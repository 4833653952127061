"""The stand-in of Alibaba Cloud, held to what the official SDKs send and to the published signature."""
