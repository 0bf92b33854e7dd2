from django.urls import path

from articles.desk.article import actions, suggest
from articles.desk.article.delete import delete
from articles.desk.article.history import history
from articles.desk.article.views import article, preview
from articles.desk.bulk.views import Batch, confirm_bulk, preview_bulk, preview_selection
from articles.desk.dashboard.views import Dashboard
from articles.desk.feeds import views as feeds
from articles.desk.here import here
from articles.desk.imports import runs, uploads
from articles.desk.log.kept import KeptLog, undo_kept
from articles.desk.log.views import Log, log_csv, log_json
from articles.desk.providers.views import OneProvider, Providers, change_provider, merge_provider, rename_provider
from articles.desk.queue.decide import claim, decide, release
from articles.desk.queue.forms import verbs_of_queue
from articles.desk.queue.order import queue_order
from articles.desk.queue.preferences import delete_view, preferences, save_view
from articles.desk.queue.stories import STEPS, story
from articles.desk.queue.views import QueuePage, next_item
from articles.desk.rules import deeds
from articles.desk.rules import views as rules
from articles.desk.search.views import search_all
from articles.desk.tokens.views import revoke_token, tokens
from articles.desk.undo.own_steps import OwnSteps
from articles.desk.undo.views import undo_batch, undo_event

urlpatterns = [
    path("", Dashboard.as_view(), name="desk"),
    path("here/", here, name="desk_here"),
    path("articles/search/", suggest.search, name="desk_article_search"),
    path("articles/<int:pk>/", article, name="desk_article"),
    path("articles/<int:pk>/preview/", preview, name="desk_article_preview"),
    path("articles/<int:pk>/history/", history, name="desk_article_history"),
    path("articles/<int:pk>/next/", actions.next_article, name="desk_article_next"),
    path("articles/<int:pk>/story/<str:verb>/", actions.story, name="desk_article_story"),
    path("articles/<int:pk>/pin/", actions.pin, name="desk_article_pin"),
    path("articles/<int:pk>/adopt/", actions.settle, name="desk_article_settle"),
    path("articles/<int:pk>/topics/", actions.name_topics, name="desk_article_topics"),
    path("articles/<int:pk>/restore/", actions.restore, name="desk_article_restore"),
    path("articles/<int:pk>/delete/", delete, name="desk_article_delete"),
    path("topics/search/", suggest.topics, name="desk_topic_search"),
    path("providers/search/", suggest.providers, name="desk_provider_search"),
    path("providers/", Providers.as_view(), name="desk_providers"),
    path("providers/<int:pk>/", OneProvider.as_view(), name="desk_provider"),
    path("providers/<int:pk>/change/", change_provider, name="desk_provider_change"),
    path("providers/<int:pk>/merge/", merge_provider, name="desk_provider_merge"),
    path("providers/<int:pk>/rename/", rename_provider, name="desk_provider_rename"),
    path("queue/", QueuePage.as_view(), name="desk_queue"),
    path("queue/order/", queue_order, name="desk_queue_order"),
    path("queue/next/", next_item, name="desk_queue_next"),
    *(
        path(f"articles/<int:pk>/{verb.name}/", decide, {"verb": verb.name}, name=f"desk_{verb.name}")
        for verb in verbs_of_queue()
    ),
    *(path(f"articles/<int:pk>/{name}/", story, {"verb": name}, name=f"desk_{name}") for name in STEPS),
    path("articles/<int:pk>/claim/", claim, name="desk_claim"),
    path("articles/<int:pk>/release/", release, name="desk_release"),
    path("views/", save_view, name="desk_views"),
    path("views/<int:pk>/delete/", delete_view, name="desk_view_delete"),
    path("preferences/", preferences, name="desk_preferences"),
    path("bulk/", preview_bulk, name="desk_bulk"),
    path("bulk/selection/", preview_selection, name="desk_bulk_selection"),
    path("bulk/confirm/", confirm_bulk, name="desk_bulk_confirm"),
    path("bulk/<uuid:batch>/", Batch.as_view(), name="desk_batch"),
    path("undo/", OwnSteps.as_view(), name="desk_undo"),
    path("events/<int:pk>/undo/", undo_event, name="desk_event_undo"),
    path("batches/<uuid:batch>/undo/", undo_batch, name="desk_batch_undo"),
    path("search/", search_all, name="desk_search"),
    path("feeds/<int:pk>/tokens/", tokens, name="desk_tokens"),
    path("tokens/<int:pk>/revoke/", revoke_token, name="desk_token_revoke"),
    path("log/", Log.as_view(), name="desk_log"),
    path("log/kept/", KeptLog.as_view(), name="desk_log_kept"),
    path("kept/<int:pk>/undo/", undo_kept, name="desk_kept_undo"),
    path("log.csv", log_csv, name="desk_log_csv"),
    path("log.json", log_json, name="desk_log_json"),
    path("feeds/", feeds.Feeds.as_view(), name="desk_feeds"),
    path("feeds/new/", feeds.FeedFormPage.as_view(permission=feeds.ADD), name="desk_feed_new"),
    path("feeds/<int:pk>/", feeds.Feed.as_view(), name="desk_feed"),
    path("feeds/<int:pk>/change/", feeds.FeedFormPage.as_view(), name="desk_feed_change"),
    path("feeds/<int:pk>/switch/", feeds.switch, name="desk_feed_switch"),
    path("feeds/<int:pk>/look/", feeds.look_now, name="desk_feed_look"),
    path("feeds/changes/<int:pk>/undo/", feeds.undo, name="desk_feed_undo"),
    path("rules/", rules.Rules.as_view(), name="desk_rules"),
    path("rules/new/", rules.new_rule, name="desk_rule_new"),
    path("rules/<int:pk>/", rules.edit_rule, name="desk_rule"),
    path("rules/<int:pk>/switch/", rules.switch_rule, name="desk_rule_switch"),
    path("rules/<int:pk>/move/", rules.move, name="desk_rule_move"),
    path("rules/<int:pk>/carry-out/", deeds.carry_out_rule, name="desk_rule_carry_out"),
    path("rules/<int:pk>/undo/", deeds.undo_deeds, name="desk_rule_undo"),
    path("rules/changes/<int:pk>/undo/", rules.undo_saved, name="desk_rule_change_undo"),
    path("imports/", uploads.Imports.as_view(), name="desk_imports"),
    path("imports/upload/", uploads.upload, name="desk_upload_new"),
    path("imports/runs/", runs.Runs.as_view(), name="desk_runs"),
    path("imports/runs/<int:pk>/", runs.Run.as_view(), name="desk_run"),
    path("imports/runs/<int:pk>/files.csv", runs.files_csv, name="desk_run_csv"),
    path("imports/runs/<int:pk>/files.json", runs.files_json, name="desk_run_json"),
    path("imports/runs/<int:pk>/undo/", runs.undo, name="desk_run_undo"),
    path("imports/<uuid:pk>/", uploads.Upload.as_view(), name="desk_upload"),
    path("imports/<uuid:pk>/progress/", uploads.progress, name="desk_upload_progress"),
    path("imports/<uuid:pk>/choose/", uploads.choose, name="desk_upload_choose"),
    path("imports/<uuid:pk>/confirm/", uploads.confirm, name="desk_upload_confirm"),
    path("imports/<uuid:pk>/cancel/", uploads.cancel, name="desk_upload_cancel"),
    path("imports/<uuid:pk>/restart/", uploads.restart, name="desk_upload_restart"),
]
