// A ticket that was asked for prints itself.
window.print();
