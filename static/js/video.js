// A video of another site is played in its place on a click; before it, nothing is asked of that site.
for (const link of document.querySelectorAll(".richtext p.video > a[data-player]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const player = document.createElement("iframe");
    const address = new URL(link.dataset.player);
    address.searchParams.set("autoplay", "1");
    player.src = address.href;
    player.title = link.textContent;
    player.allow = "autoplay; fullscreen; picture-in-picture; encrypted-media";
    player.referrerPolicy = "strict-origin-when-cross-origin";
    link.replaceWith(player);
    player.focus();
  });
}
