from django.urls import path

from articles.views import desk, imports, log, runs

urlpatterns = [
    path("", desk.Dashboard.as_view(), name="desk"),
    path("log/", log.Log.as_view(), name="desk_log"),
    path("log.csv", log.log_csv, name="desk_log_csv"),
    path("log.json", log.log_json, name="desk_log_json"),
    path("imports/", imports.Imports.as_view(), name="desk_imports"),
    path("imports/upload/", imports.upload, name="desk_upload_new"),
    path("imports/runs/", runs.Runs.as_view(), name="desk_runs"),
    path("imports/runs/<int:pk>/", runs.Run.as_view(), name="desk_run"),
    path("imports/runs/<int:pk>/files.csv", runs.files_csv, name="desk_run_csv"),
    path("imports/runs/<int:pk>/files.json", runs.files_json, name="desk_run_json"),
    path("imports/runs/<int:pk>/undo/", runs.undo, name="desk_run_undo"),
    path("imports/<uuid:pk>/", imports.Upload.as_view(), name="desk_upload"),
    path("imports/<uuid:pk>/progress/", imports.progress, name="desk_upload_progress"),
    path("imports/<uuid:pk>/choose/", imports.choose, name="desk_upload_choose"),
    path("imports/<uuid:pk>/confirm/", imports.confirm, name="desk_upload_confirm"),
    path("imports/<uuid:pk>/cancel/", imports.cancel, name="desk_upload_cancel"),
    path("imports/<uuid:pk>/restart/", imports.restart, name="desk_upload_restart"),
]
