"""Addresses of the shop; every one but the first ends in an event."""

from django.urls import path

from shop import views

urlpatterns = [
    path("", views.home, name="home"),
    path("checkout/", views.checkout, name="checkout"),
    path("stock/", views.stock, name="stock"),
    path("newsletter/", views.newsletter, name="newsletter"),
    path("review/", views.review, name="review"),
]
