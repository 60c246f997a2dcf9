from django.urls import path

from richtext.frame import editor_frame

app_name = "richtext"
urlpatterns = [path("khung-soan-thao/", editor_frame, name="editor_frame")]
