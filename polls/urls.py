from django.urls import path

from polls import views

app_name = "polls"
urlpatterns = [
    path("binh-chon/", views.poll_list, name="poll_list"),
    path("binh-chon/cach-dem-phieu/", views.method, name="method"),
    path("binh-chon/<int:pk>/", views.ballot, name="ballot"),
    path("binh-chon/<int:pk>/phieu/", views.ballot_fragment, name="ballot_fragment"),
    path("binh-chon/<int:pk>/ket-qua/", views.results, name="results"),
]
