from django.urls import path

from alerts import feeds, views

app_name = "alerts"
urlpatterns = [
    path("canh-bao.json", views.active, name="active"),
    path("canh-bao/", views.alert_list, name="alert_list"),
    path("canh-bao/atom/", feeds.atom_feed, name="atom_feed"),
    path("canh-bao/<int:pk>/", views.alert_detail, name="alert_detail"),
]
