"""Addresses of: offices, people and their posts, villages."""

from django.urls import path

from offices.public import views

app_name = "offices"

urlpatterns = [
    path("lanh-dao/", views.leaders, name="leaders"),
    path("co-cau-to-chuc/", views.structure, name="structure"),
    path("co-cau-to-chuc/<slug:slug>/", views.office_detail, name="office_detail"),
    path("co-cau-to-chuc/<slug:slug>.vcf", views.office_card, name="office_card"),
    path("danh-ba/", views.directory, name="directory"),
    path("danh-ba/<slug:slug>/", views.person_detail, name="person_detail"),
    path("danh-ba/<slug:slug>.vcf", views.person_card, name="person_card"),
    path("thon/", views.villages, name="villages"),
]
