from django.urls import path

from visitors.showing import views

app_name = "visitors"
urlpatterns = [
    path("nhip/", views.beacon, name="beacon"),
    path("nhip.gif", views.image, name="image"),
    path("thong-ke-truy-cap/", views.statistics, name="statistics"),
    path("thong-ke-truy-cap/so-lieu.json", views.figures, name="figures"),
]
