"""Stories, derived from texts and from what people decided; `articles.stories` writes them."""

from django.db import models
from django.db.models import F, Q

from articles.models.article import Article


class Story(models.Model):
    """What two or more articles tell: the same release, its reprints, reports of the same event within days.

    A row has no facts of its own: its members are what counts, and people's verdicts stand at the articles.
    """

    articles = models.ManyToManyField(Article, through="StoryMember", related_name="stories")

    class Meta:
        verbose_name_plural = "stories"

    def __str__(self):
        return f"story {self.pk}"


class StoryMember(models.Model):
    """That an article belongs to a story; to one at most."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, primary_key=True, related_name="story_member")
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="members", db_index=False)

    class Meta:
        # Includes the article: who else tells a story is read from the index alone.
        indexes = [models.Index(fields=["story", "article"], name="story_members")]

    def __str__(self):
        return f"{self.article_id} in {self.story_id}"


class Likeness(models.Model):
    """How alike two articles are, where that is enough to suggest one story; `one` has the lower key."""

    one = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField(help_text="0 to 1: articles.stories.likeness")
    words = models.JSONField(default=list, help_text="that both share, the weightiest first")

    class Meta:
        verbose_name_plural = "likenesses"
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="likeness_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="likeness_of_two"),
        ]

    def __str__(self):
        return f"{self.one_id} and {self.other_id}: {self.score:.2f}"


class KeyWords(models.Model):
    """The few words of an article that say most of what it is about, the rarest first: to look for earlier reports."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, primary_key=True, related_name="key_words")
    words = models.CharField(max_length=500)

    class Meta:
        verbose_name_plural = "key words"

    def __str__(self):
        return self.words


class StaleDay(models.Model):
    """A day of whose articles one came, went, or changed its text, date, link or provider since stories were formed.

    Triggers of the database write them, whoever writes the articles (migration 0007); a day may be there several times.
    """

    day = models.DateField()

    def __str__(self):
        return str(self.day)
