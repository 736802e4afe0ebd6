"""A chat model that says what it was told to say: the in-memory twin of an endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import Field


class ScriptedChatModel(BaseChatModel):
    """Replies in turn from `replies` (the last one stays), or by `answer`, a function of the last message.

    `asked` holds the messages of every call.
    """

    replies: list[str] = Field(default_factory=list)
    answer: Callable[[str], str] | None = None
    model: str = "scripted"
    asked: list[list[BaseMessage]] = Field(default_factory=list)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        self.asked.append(messages)
        if self.answer is not None:
            text = self.answer(str(messages[-1].content))
        else:
            text = self.replies[min(len(self.asked), len(self.replies)) - 1]
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])

    @property
    def _llm_type(self) -> str:
        return "scripted"
