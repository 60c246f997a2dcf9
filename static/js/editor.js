// CKEditor in the admin: uploads carry Django's CSRF token, the picture dialog speaks of alternatives.
const editor = window.CKEDITOR;

if (editor) {
  editor.on("instanceCreated", ({ editor: instance }) => {
    instance.on("fileUploadRequest", ({ data }) => {
      const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
      if (token) data.fileLoader.xhr.setRequestHeader("X-CSRFToken", token);
    });
  });

  editor.on("dialogDefinition", ({ data, editor: instance }) => {
    if (data.name !== "image2") return;
    const alternative = data.definition.getContents("info").get("alt");
    if (alternative && instance.config.altLabel) alternative.label = instance.config.altLabel;
  });
}
