// The cart counts, and that is all it does.
const count = document.getElementById('count')
for (const button of document.querySelectorAll('.shelf button')) {
  button.addEventListener('click', () => {
    count.textContent = String(Number(count.textContent) + 1)
    button.textContent = 'In the cart'
  })
}
