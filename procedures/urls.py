from django.urls import path

from procedures import views

app_name = "procedures"
urlpatterns = [
    path("thu-tuc/", views.procedure_list, name="procedure_list"),
    path("thu-tuc/<slug:slug>-<int:pk>/", views.procedure_detail, name="procedure_detail"),
    path("thu-tuc/<slug:slug>/", views.life_event, name="life_event"),
]
