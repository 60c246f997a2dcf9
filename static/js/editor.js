// CKEditor in the admin: uploads carry Django's CSRF token.
const editor = window.CKEDITOR;

if (editor) {
  editor.on("instanceCreated", ({ editor: instance }) => {
    instance.on("fileUploadRequest", ({ data }) => {
      const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
      if (token) data.fileLoader.xhr.setRequestHeader("X-CSRFToken", token);
    });
  });
}
