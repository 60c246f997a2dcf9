from django.urls import path

from library.upload_views import picture_upload

app_name = "library"
urlpatterns = [path("tai-len/anh/", picture_upload, name="picture_upload")]
