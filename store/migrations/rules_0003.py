"""The rules of custody that revision 0003 adds: what users asked stays as it was taken in, and is never trained on."""

from .rules_0001 import refuse


def rules() -> list[str]:
    """All triggers of revision 0003."""
    return [
        refuse(
            "asked_text_stays",
            "UPDATE OF id, client_id, key, text ON asked",
            "NEW.id IS NOT OLD.id OR NEW.client_id IS NOT OLD.client_id OR NEW.key IS NOT OLD.key "
            "OR NEW.text IS NOT OLD.text",
            "a question that users asked keeps its text; only its state and counts change",
        ),
        refuse("asked_no_delete", "DELETE ON asked", "", "what users asked is marked gone, never deleted"),
        refuse(
            "asked_no_replace",
            "INSERT ON asked",
            "EXISTS (SELECT 1 FROM asked WHERE id = NEW.id OR (client_id = NEW.client_id AND key = NEW.key))",
            "this question is there already",
        ),
        refuse(
            "question_client_no_practice",
            "INSERT ON question",
            "NEW.generator = 'client' AND NEW.pool = 'practice'",
            "what users asked examines and is never trained on",
        ),
    ]
