from django.urls import path

from polls import views

app_name = "polls"
urlpatterns = [
    path("binh-chon/", views.poll_list, name="poll_list"),
    path("binh-chon/cach-dem-phieu/", views.method, name="method"),
    path("binh-chon/<int:pk>/", views.ballot, name="ballot"),
    path("binh-chon/<int:pk>/phieu/", views.ballot_fragment, name="ballot_fragment"),
    path("binh-chon/<int:pk>/nguoi-khac/", views.another_voter, name="another_voter"),
    path("binh-chon/<int:pk>/ket-qua/", views.results, name="results"),
    path("binh-chon/<int:pk>/ket-qua.json", views.results_json, name="results_json"),
    path("binh-chon/<int:pk>/ket-qua.csv", views.results_csv, name="results_csv"),
    path("binh-chon/<int:pk>/ket-qua.xlsx", views.results_xlsx, name="results_xlsx"),
]
